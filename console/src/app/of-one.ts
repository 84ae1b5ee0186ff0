/** Routes of which each address is about one thing. */
const OF_ONE = /\$(?:id|connectionId)(?:\/|$)/

/**
 * Answers what a route's page stands for: another value is another page, begun anew, so that what was typed for one thing, or
 * answered about it, is never shown with the next. False: the page stays, whatever its address says.
 */
export const ofOne = <Params>({
  routeId,
  params,
}: {
  readonly routeId: string
  readonly params: Params
}): Params | false => OF_ONE.test(routeId) && params
