/** The headers that rules of a configuration file and hooks may send. Names are in lower case. */

/** Matches the name of a header (RFC 9110, 5.6.2). */
export const headerName = /^[\w!#$%&'*+.^`|~-]+$/;

/** Headers about a connection (RFC 9110, 7.6.1) or a body. Each side of the gateway has its own. */
const ofConnectionOrBody =
  /^(accept|accept-encoding|connection|content-.*|expect|host|keep-alive|proxy-.*|te|trailer|transfer-encoding|upgrade)$/;

/** The gateway's own headers. They identify the caller to its subgraphs, so no client may send them. */
const ofGateway = /^patron-graph-/;

/** Headers that the gateway sets in each answer, or that would change how browsers and caches treat the answer. */
const ofAnswer =
  /^(access-control-.*|age|allow|cache-control|clear-site-data|cross-origin-.*|date|etag|expires|last-modified|location|pragma|referrer-policy|retry-after|strict-transport-security|vary|x-content-type-options|x-frame-options|x-request-id)$/;

/** Matches the value of a header. Other characters would need an encoding. */
export const headerValue = /^[\t\x20-\x7e]*$/;

/** Whether a rule may put this header into a request to a subgraph. */
export const isRequestHeader = (name: string): boolean =>
  headerName.test(name) && !ofConnectionOrBody.test(name) && !ofGateway.test(name);

/** Whether a rule may put this header of a subgraph's answer into the client's answer. */
export const isResponseHeader = (name: string): boolean => isRequestHeader(name) && !ofAnswer.test(name);
