/** A call that two people do, as it was tried, or as it was proposed. */
export interface TwoPeopleCall {
  readonly method: string
  readonly path: string
  /** Body as JSON says it; null: it has none. */
  readonly body: unknown
}

const refused = new WeakMap<Response, Request>()
const given = new Map<string, string>()

const nameOf = (method: string, path: string): string => `${method} ${path}`

/** Keeps what was asked for with an answer that refused it. */
export const noteRefused = (response: Response, request: Request): void => void refused.set(response, request)

/** Answers the call that an answer refused; null: it was none of the licensee's people's. */
export async function refusedCall(response: Response): Promise<TwoPeopleCall | null> {
  const request = refused.get(response)
  if (!request) return null
  const text = await request.clone().text()
  return {
    method: request.method,
    path: new URL(request.url).pathname,
    body: text === '' ? null : (JSON.parse(text) as unknown),
  }
}

/** Gives the next call of this kind its approval. */
export const giveApproval = ({ method, path }: TwoPeopleCall, id: string): void =>
  void given.set(nameOf(method, path), id)

/** Takes the approval that this call was given; undefined: none. */
export function takeApproval(request: Request): string | undefined {
  const name = nameOf(request.method, new URL(request.url).pathname)
  const id = given.get(name)
  given.delete(name)
  return id
}

const ordered = (value: unknown): unknown =>
  Array.isArray(value)
    ? value.map(ordered)
    : typeof value === 'object' && value !== null
      ? Object.fromEntries(
          Object.entries(value)
            .sort(([a], [b]) => (a < b ? -1 : 1))
            .map(([name, member]) => [name, ordered(member)]),
        )
      : value

/** True of two that are the very same call: the order of a body's members does not count, everything else does. */
export const isSameCall = (one: TwoPeopleCall, other: TwoPeopleCall): boolean =>
  one.method === other.method &&
  one.path === other.path &&
  JSON.stringify(ordered(one.body ?? null)) === JSON.stringify(ordered(other.body ?? null))
