package dev.oauthconnection.local;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A test of the token server beside a scripted Xero of its own, which a manifest puts in the place of the real one. */
abstract class OnScriptedXero {
    @RegisterExtension
    final LocalRig rig = new LocalRig();

    XeroOnThisMachine there;

    @BeforeEach
    void play() {
        there = XeroOnThisMachine.beside(rig);
    }

    @AfterEach
    void stop() {
        there.close();
    }
}
