/** What tests share: the real parts they run against, and files that are generated and checked in. */
@NullMarked
package dev.oauthconnection.testing;

import org.jspecify.annotations.NullMarked;
