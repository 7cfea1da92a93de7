/** The resource owner's one visit: the callback endpoint, its attempts and its pages. */
@NullMarked
package dev.oauthconnection.consent;

import org.jspecify.annotations.NullMarked;
