/** What the playground and the local token server share as HTTP servers of one machine: limits, headers, pages, and who may ask. */
@NullMarked
package dev.oauthconnection.local.http;

import org.jspecify.annotations.NullMarked;
