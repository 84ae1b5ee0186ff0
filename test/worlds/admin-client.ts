import type { Harness } from './harness.ts'

export interface Answer {
  readonly status: number
  readonly headers: Headers
  /** The parsed JSON; empty without a body. */
  readonly body: Record<string, unknown>
}

/** Calls the gateway as an operator, or with another token. */
export interface AdminClient {
  call(method: string, path: string, body?: unknown, headers?: Readonly<Record<string, string>>): Promise<Answer>
  /** `call`, which must answer 2xx. */
  ok(method: string, path: string, body?: unknown): Promise<Record<string, unknown>>
}

export async function adminClient(chapar: Harness, token?: string): Promise<AdminClient> {
  const bearer = token ?? (await chapar.operatorToken())
  const call: AdminClient['call'] = async (method, path, body, headers = {}) => {
    const response = await chapar.fetch(path, {
      method,
      headers: {
        authorization: `Bearer ${bearer}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    const text = await response.text()
    return {
      status: response.status,
      headers: response.headers,
      body: text === '' ? {} : (JSON.parse(text) as Record<string, unknown>),
    }
  }
  return {
    call,
    ok: async (method, path, body) => {
      const answer = await call(method, path, body)
      if (answer.status >= 300) throw new Error(`${method} ${path}: ${answer.status} ${JSON.stringify(answer.body)}`)
      return answer.body
    },
  }
}

/** The pointers of a problem's field errors. */
export const pointersOf = ({ body }: Answer): readonly string[] =>
  ((body['errors'] ?? []) as readonly { pointer: string }[]).map(({ pointer }) => pointer)
