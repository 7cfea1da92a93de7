/**
 * The keeper: a second, small process of the operator's pod. It sends the requests that redeem refresh tokens and keeps their answers in the
 * journal, so that the death of the operator between a request and its answer loses nothing.
 */
@NullMarked
package dev.oauthconnection.keeper;

import org.jspecify.annotations.NullMarked;
