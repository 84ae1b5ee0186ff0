import { newPeopleId, newRequestId, type PersonId, type TenantId } from '#worker/domain/ids.ts'
import type { OperatorRole, Role } from '#worker/domain/people/roles.ts'
import { SIGN_IN_LIFE, type SignInMethod } from '#worker/domain/people/sign-in.ts'
import type { Mode } from '#worker/domain/realm.ts'
import { newOpaque, opaqueHash } from '#worker/flows/accounts/opaque.ts'
import { putMember } from '#worker/store/people/memberships.ts'
import { insertPerson, type NewPerson } from '#worker/store/people/people.ts'
import { insertSignIn } from '#worker/store/people/sign-ins.ts'
import type { Harness } from '../harness.ts'
import { configOf } from '../tenant-world.ts'
import { type CallInit, caller, until } from '../world.ts'

/** Whom to make: what is left out is a person of nobody's, freshly stepped up. */
interface PersonOptions {
  readonly name?: string
  readonly mobile?: string | null
  readonly email?: string | null
  readonly level?: number
  readonly operatorRole?: OperatorRole | null
  /** Tenants that he is a member of. */
  readonly roles?: Readonly<Record<string, Role>>
  /** Time of his last proof of himself; null: none. Default: now. */
  readonly steppedUpAt?: number | null
  /** How he signed in; default by a passkey. */
  readonly method?: SignInMethod
  readonly now?: number
}

/** A person who is signed in, and the calls of his browser. */
export interface SignedInPerson {
  readonly id: PersonId
  readonly name: string
  readonly mobile: string | null
  readonly email: string | null
  readonly signInId: string
  /** `Cookie` header of his browser; a step-up changes it. */
  cookie: string
  /** Origin of our pages. */
  readonly origin: string
  /** Calls `/v1/auth/*` as his browser does: with cookie and Origin. A Set-Cookie of the answer is kept. */
  browse(path: string, init?: CallInit): Promise<Response>
  /** Token of a tab: of a tenant in a mode, or, without, of the licensee. */
  tab(tenantId?: string, mode?: Mode): Promise<string>
  /** Calls the API by a token of a tab, as `caller` does. */
  calling(tenantId?: string, mode?: Mode): Promise<ReturnType<typeof caller>>
}

let count = 0
/** Time of the next person: two of one moment have other ids anyway, by chance. */
const nextMobile = (): string => `+98935${String(Date.now() % 1_000_000).padStart(6, '0')}${count++ % 10}`

/** Name of the cookie at a gateway of this base URL. */
export const cookieNameOf = (baseUrl: string): string => (baseUrl.startsWith('https:') ? '__Host-chapar' : 'chapar')

/** Cookie pair that an answer sets, as the browser sends it back; null: it sets none. */
export const cookieSet = (answer: Response): string | null => answer.headers.get('set-cookie')?.split(';')[0] ?? null

/** A browser's cookies with those that an answer sets. */
function withCookies(cookies: string, answer: Response): string {
  const pairs = [...cookies.split('; '), ...answer.headers.getSetCookie().map((set) => set.split(';')[0] ?? '')]
  const named = new Map(pairs.filter(Boolean).map((pair) => [pair.split('=')[0], pair]))
  return [...named.values()].join('; ')
}

/** The calls of a browser at a gateway, which keeps the cookie that it is given. */
export function browserOf(chapar: Harness, first = '') {
  const jar = { cookie: first }
  const origin = chapar.baseUrl
  const browse = async (path: string, { method, body, headers, gateway = 0 }: CallInit = {}): Promise<Response> => {
    const answer = await chapar.fetch(
      path,
      {
        method: method ?? (body === undefined ? 'GET' : 'POST'),
        headers: {
          origin,
          ...(jar.cookie === '' ? {} : { cookie: jar.cookie }),
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
          ...headers,
        },
        ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
      },
      gateway,
    )
    jar.cookie = withCookies(jar.cookie, answer)
    return answer
  }
  return { jar, origin, browse }
}

/** Signs a person in; `held`: what the cookie holds. */
async function newSignIn(
  chapar: Harness,
  personId: PersonId,
  { now = Date.now(), method = 'passkey', steppedUpAt = now }: PersonOptions,
) {
  const held = newOpaque()
  const config = await configOf(chapar.secrets)
  const signInId = newPeopleId('sgn', newRequestId(now))
  const signIn = {
    id: signInId,
    personId,
    method,
    place: { ip: '203.0.113.178', country: 'IR', browser: 'Firefox on Linux' },
    createdAt: now,
    seenAt: now,
    endsAt: now + SIGN_IN_LIFE,
    steppedUpAt,
    provenWith: null,
    endedAt: null,
  }
  await insertSignIn(chapar.control, chapar.keys, signIn, await opaqueHash(config, 'sign-in', held))
  return { held, signInId }
}

/** A further browser that a person is signed in with. */
export async function secondBrowser(chapar: Harness, { id }: Pick<SignedInPerson, 'id'>, method: SignInMethod) {
  const { held } = await newSignIn(chapar, id, { method })
  return browserOf(chapar, `${cookieNameOf(chapar.baseUrl)}=${held}`)
}

/** Puts a person into a gateway, signed in, by the functions of the store: with a role at any tenants, or at the licensee. */
export async function signedInPerson(chapar: Harness, options: PersonOptions = {}): Promise<SignedInPerson> {
  const now = options.now ?? Date.now()
  const person: NewPerson = {
    id: newPeopleId('per', newRequestId(now)),
    status: 'active',
    generation: 1,
    name: options.name ?? 'Zw1personName2Kd',
    mobile: options.mobile === undefined ? nextMobile() : options.mobile,
    email: options.email === undefined ? `zw2-${count}-person@person.example` : options.email,
    level: options.level ?? (options.operatorRole ? 2 : 1),
    operatorRole: options.operatorRole ?? null,
    createdAt: now,
    updatedAt: now,
    closedAt: null,
  }
  if (!(await insertPerson(chapar.control, chapar.keys, person))) throw new Error('somebody has that mobile')
  for (const [tenantId, role] of Object.entries(options.roles ?? {})) {
    const member = { tenantId: tenantId as TenantId, personId: person.id, role, madeBy: null, createdAt: now }
    await putMember(chapar.control, member)
    await chapar.reread(tenantId)
  }
  const { held, signInId } = await newSignIn(chapar, person.id, options)
  const { jar, origin, browse } = browserOf(chapar, `${cookieNameOf(chapar.baseUrl)}=${held}`)
  const tab = async (tenantId?: string, mode: Mode = 'test'): Promise<string> => {
    const body = tenantId === undefined ? { operator: true } : { tenantId, mode }
    const answer = await browse('/v1/auth/token', { body })
    const text = await answer.text()
    if (answer.status !== 200) throw new Error(`/v1/auth/token answered ${answer.status}: ${text.slice(0, 300)}`)
    return (JSON.parse(text) as { accessToken: string }).accessToken
  }
  const calling = async (tenantId?: string, mode?: Mode) => {
    const call = caller(chapar, await tab(tenantId, mode))
    if (tenantId !== undefined)
      await until('the tenant’s policy knows the member', async () => {
        const answer = await call('/v1/channels')
        await answer.body?.cancel()
        return answer.status !== 401
      })
    return call
  }
  return {
    id: person.id,
    name: person.name,
    mobile: person.mobile,
    email: person.email,
    signInId,
    get cookie() {
      return jar.cookie
    },
    set cookie(value: string) {
      jar.cookie = value
    },
    origin,
    browse,
    tab,
    calling,
  }
}
