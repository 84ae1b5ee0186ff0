/** Most characters of a Host header: the longest name (RFC 1035 2.3.4) and a port. */
const MOST = 253 + 6
/** Host names and IPv4, or IPv6 in brackets, and a port (RFC 3986 3.2.2). Names of other letters travel as `xn--`. */
const HOST = /^(?:(?:[a-z0-9_][a-z0-9_-]{0,62}\.)*[a-z0-9_][a-z0-9_-]{0,62}\.?|\[[0-9a-f:.]{2,45}\])(?::\d{1,5})?$/i

let lastGood = ''

/**
 * True if a Host header can be one: what cannot makes a URL that no parser takes, or one with another path than the request's.
 * Null, which only requests inside the deployment have, is one.
 */
export function isPossibleHost(host: string | null): boolean {
  if (host === null || host === lastGood) return true
  const text = `http://${host}/`
  if (host.length > MOST || !HOST.test(host) || !URL.canParse(text) || new URL(text).pathname !== '/') return false
  lastGood = host
  return true
}
