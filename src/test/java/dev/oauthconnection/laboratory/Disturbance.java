package dev.oauthconnection.laboratory;

import java.time.Duration;
import java.util.function.Consumer;

/** One kind of fault, done once. Each returns when it is over; what it did is in the diary. */
enum Disturbance {
    /** The leader is killed at a random instant, and its container starts again with its journal. */
    KilledLeader(trial -> trial.faults().killLeader()),
    /** The leader stands still for longer than its lease, and goes on beside the next one. */
    StoppedLeader(trial -> trial.faults().stopLeader(Duration.ofSeconds(8))),
    /** The pod of the leader goes with its journal. */
    LostPod(trial -> trial.faults().loseLeader()),
    /** Each replica is ended properly and replaced, as by a new version. */
    RollingUpgrade(trial -> trial.faults().upgrade()),
    /** The leader alone cannot reach the API server. */
    LeaderCutOff(trial -> trial.faults().cutLeaderOff(Duration.ofSeconds(10))),
    /** What the leader sends to the API server is swallowed. */
    LeaderUnheard(trial -> trial.faults().silenceLeader(Duration.ofSeconds(10))),
    /** The API server stands still. */
    ApiServerPaused(trial -> trial.faults().pauseApiServer(Duration.ofSeconds(8))),
    /** The API server is killed, and started again. */
    ApiServerKilled(trial -> trial.faults().killApiServer(Duration.ofSeconds(5))),
    /** It refuses some writes as conflicts, among them some that it has carried out. */
    ApiConflicts(trial -> trial.faults().apiAnswers(FailingApi.Answer.Conflict, Duration.ofSeconds(30))),
    /** It has too much to do for some requests, and says when to come back. */
    ApiTooManyRequests(trial -> trial.faults().apiAnswers(FailingApi.Answer.TooManyRequests, Duration.ofSeconds(30))),
    /** It answers some requests with 500, among them some that it has carried out. */
    ApiErrors(trial -> trial.faults().apiAnswers(FailingApi.Answer.ServerError, Duration.ofSeconds(30))),
    /** It never answers some requests, among them some that it has carried out. */
    ApiTimeouts(trial -> trial.faults().apiAnswers(FailingApi.Answer.Silence, Duration.ofSeconds(30))),
    /** etcd takes no writes. */
    EtcdFull(trial -> trial.faults().fillEtcd(Duration.ofSeconds(20))),
    /** The authorization server is down for longer than tokens live. */
    ServerDown(trial -> trial.faults().serverDown(trial.plan.lifetime().plusSeconds(15))),
    /** It takes no more requests, and says when. */
    TooManyRequests(trial -> trial.faults().answers(Gate.Fault.TooManyRequests, Duration.ofSeconds(45))),
    /** It is unavailable, and says to come back at once. */
    UnavailableForNow(trial -> trial.faults().answers(Gate.Fault.Unavailable, Duration.ofSeconds(45))),
    /** It refuses the client for a while. */
    InvalidClient(trial -> trial.faults().answers(Gate.Fault.InvalidClient, Duration.ofSeconds(45))),
    /** Requests are cut off before it sees them. */
    RequestsCut(trial -> trial.faults().answers(Gate.Fault.CutBeforeRequest, Duration.ofSeconds(30))),
    /** One answer is cut off. */
    AnswerCut(trial -> trial.faults().once(Gate.Fault.CutBeforeAnswer)),
    /** One answer is cut in the middle. */
    AnswerCutShort(trial -> trial.faults().once(Gate.Fault.CutInAnswer)),
    /** One answer never comes. */
    AnswerSwallowed(trial -> trial.faults().once(Gate.Fault.BlackHole)),
    /** One answer comes at a byte a second. */
    AnswerDripping(trial -> trial.faults().once(Gate.Fault.Drip)),
    /** Somebody deletes a token Secret. */
    TokenSecretDeleted(trial -> trial.deletions().tokenSecret()),
    /** Somebody deletes a connection and applies it again. */
    ConnectionDeleted(trial -> trial.deletions().connection()),
    /** A grant Secret is replaced by what a backup had of it. */
    BackupRestored(trial -> trial.deletions().setBack()),
    /** Somebody deletes a grant Secret, and consent is given again. */
    GrantSecretDeleted(trial -> trial.deletions().grantSecret()),
    /** The namespace of the connections is deleted, made again, and all is applied and consented to again. */
    NamespaceMadeAgain(trial -> trial.deletions().namespaceOfConnections()),
    /** The operator's namespace is deleted, made again, and the grants come back from a backup. */
    OperatorNamespaceMadeAgain(trial -> trial.deletions().namespaceOfOperator()),
    /** The clock of one replica is five minutes ahead. */
    ClockAhead(trial -> trial.clocks().oneWrong(Clocks.WRONG_BY)),
    /** The clock of one replica is five minutes behind. */
    ClockBehind(trial -> trial.clocks().oneWrong(Clocks.WRONG_BY.negated())),
    /** The clocks of all replicas are five minutes ahead. */
    ClocksAhead(trial -> trial.clocks().allWrong(Clocks.WRONG_BY)),
    /** The clocks of all replicas are five minutes behind. */
    ClocksBehind(trial -> trial.clocks().allWrong(Clocks.WRONG_BY.negated())),
    /** The leader's clock is set forward while it works, and back later. */
    ClockSetForward(trial -> trial.clocks().jump(Clocks.WRONG_BY)),
    /** The leader's clock is set back while it works, and forward later. */
    ClockSetBack(trial -> trial.clocks().jump(Clocks.WRONG_BY.negated()));

    private final Consumer<Trial> act;

    Disturbance(Consumer<Trial> act) {
        this.act = act;
    }

    void act(Trial trial) {
        act.accept(trial);
    }
}
