package dev.oauthconnection.laboratory;

import java.util.Map;

/** What is under test: a way to keep access tokens in Secrets fresh, run by one or more processes. */
interface Subject extends Pod.Program {
    /** Applies what it needs beside its connections. */
    void prepare();

    /** Applies a connection with its first refresh token. */
    void connect(String connection, String refreshToken);

    /** The connections that ask for a new consent now, each with what is said about why. */
    Map<String, String> lost();

    /** Gives it the refresh token of a new consent. */
    void consent(String connection, String refreshToken);

    /** Deletes a connection as a user would, and applies it again. */
    void deleteAndApply(String connection);

    /** Gives it another client secret. */
    void rotateClient();

    /** How many processes it is made of. */
    int replicas();
}
