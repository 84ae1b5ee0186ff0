import { type AdminClient, adminClient } from '../../worlds/admin-client.ts'
import { type SignedInPerson, signedInPerson } from '../../worlds/players/person-world.ts'
import { addMember } from '../../worlds/players/signed-in-people.ts'
import { caller, message, newTenant, startWorld, type World } from '../../worlds/world.ts'

/** National ids whose check digit is right, one a person. */
export const NATIONAL_IDS = ['0012345679', '0076229645', '1583250689', '7731689956', '0010532129'] as const

/** The `n`th national id that no other test has. */
export function nationalId(n: number): string {
  const nine = String(271_828_100 + n)
  const rest = [...nine].reduce((sum, digit, i) => sum + Number(digit) * (10 - i), 0) % 11
  return nine + String(rest < 2 ? rest : 11 - rest)
}

/** What the registry of a test was asked, and what it says. */
interface Registry {
  readonly asked: { readonly url: string; readonly headers: Headers; readonly body: string }[]
  answer: (request: Request) => Promise<Response> | Response
}

const matched = (is: boolean) => () => Response.json({ matched: is, trackId: 'trk-4711' })
export const YES = matched(true)
export const NO = matched(false)

/** A person of a test, who calls for himself. */
export interface Caller {
  readonly person: SignedInPerson
  readonly mobile: string
  call(
    path: string,
    init?: { readonly method?: string; readonly body?: unknown; readonly type?: string },
  ): Promise<Response>
  /** Asks for a match; status and answer. */
  match(nationalId: string): Promise<{ readonly status: number; readonly headers: Headers; readonly json: Answer }>
  level(): Promise<string>
}
export interface Answer {
  readonly answer?: string
  readonly level?: string
  readonly detail?: string
  readonly code?: string
  readonly triesLeft?: number
  readonly errors?: readonly { readonly pointer: string; readonly detail: string }[]
}

export interface IdentityWorld {
  readonly it: World
  readonly admin: AdminClient
  readonly registry: Registry
  readonly log: readonly string[]
  /** A new person of the level L1, with a mobile that is verified. */
  join(known?: { readonly mobile?: string | null }): Promise<Caller>
  /** An account of the pack `ir` with live and a line, and who owns it; `identityLevel` null: an operator's. */
  account(owners: readonly Caller[], identityLevel?: string | null): Promise<Account>
}

interface Account {
  readonly id: string
  /** Status of a live send. */
  send(): Promise<number>
  level(): Promise<unknown>
}

const SETTINGS = { url: 'https://registry.example/match', secret: 'a-secret-of-the-registry', referencePath: 'trackId' }

export const chooseRegistry = (admin: AdminClient, settings: object = {}): Promise<unknown> =>
  admin.ok('PUT', '/admin/v1/identity-registry', { driver: 'shahkar', settings: { ...SETTINGS, ...settings } })

/** Starts a gateway that asks a registry of the test's; under a `BASE_URL` of its own the one that it is born with. */
export async function startIdentityWorld(vars: Readonly<Record<string, string>> = {}): Promise<IdentityWorld> {
  const registry: Registry = { asked: [], answer: YES }
  const log: string[] = []
  const it = await startWorld({
    vars,
    onLog: (line) => log.push(line),
    outbound: async (request) => {
      const { headers, url } = request
      registry.asked.push({ url, headers, body: await request.clone().text() })
      return registry.answer(request)
    },
  })
  const admin = await adminClient(it.chapar)
  if (!vars['BASE_URL']) await chooseRegistry(admin)
  let people = 0
  let lines = 10_008_000
  const join: IdentityWorld['join'] = async (known = {}) => {
    const { mobile = `+98912${String(3_000_000 + people++)}` } = known
    const person = await signedInPerson(it.chapar, { level: 1, mobile })
    const call: Caller['call'] = async (path, { method, body, type = 'application/json' } = {}) => {
      const headers = { cookie: person.cookie, origin: person.origin }
      const sent = body instanceof Uint8Array ? body : JSON.stringify(body)
      return it.chapar.fetch(`/v1/auth/identity${path}`, {
        method: method ?? (body === undefined ? 'GET' : 'POST'),
        headers: body === undefined ? headers : { ...headers, 'content-type': type },
        ...(body === undefined ? {} : { body: sent as BodyInit }),
      })
    }
    return {
      person,
      mobile: mobile ?? '',
      call,
      match: async (nationalId) => {
        const answer = await call('/national-id', { body: { nationalId } })
        return { status: answer.status, headers: answer.headers, json: (await answer.json()) as Answer }
      },
      level: async () => ((await (await call('')).json()) as { level: string }).level,
    }
  }
  const account: IdentityWorld['account'] = async (owners, identityLevel = 'L1') => {
    const { tenantId, token } = await newTenant(it.chapar, {
      mode: 'live',
      line: String(lines++),
      connectionId: it.connectionId,
      tenant: { pack: 'ir', identityLevel },
    })
    for (const { person } of owners) await addMember(it.chapar, { id: person.id, signIn: 'sgn_' }, tenantId, 'owner')
    const call = caller(it.chapar, token)
    return {
      id: tenantId,
      send: async () => (await call('/v1/messages', { body: message('+989121112233', 'x') })).status,
      level: async () => (await admin.ok('GET', `/admin/v1/tenants/${tenantId}`))['identityLevel'],
    }
  }
  return { it, admin, registry, log, join, account }
}
