/** Try it without a cluster: the embedded Kubernetes API, the playground provider, the local token server. */
@NullMarked
package dev.oauthconnection.local;

import org.jspecify.annotations.NullMarked;
