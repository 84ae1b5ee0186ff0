import { CREDENTIAL_SCOPES } from '#worker/domain/people/scopes.ts'
import { sentArray } from '../../fixtures/kavenegar/answers.ts'
import { fakeKavenegar, KAVENEGAR } from '../faults/carriers.ts'
import { type CallInit, caller, startWorld, tokenOf, until, type World, type WorldOptions } from '../world.ts'

/** A verification as the API shows it. */
export interface Seen {
  readonly id: string
  readonly status: string
  readonly to: string
  readonly channel: string
  readonly checksLeft: number
  readonly expiresAt: string
  readonly resendAt: string | null
  readonly nextChannel: string | null
  readonly wording: string
  readonly messageIds: readonly string[]
}

/** Answer to a check: of a refused one the status and the reason. */
export interface CheckAnswer {
  readonly http: number
  readonly body: Seen & { readonly code?: string; readonly reason?: string }
}

type Known = 'call' | 'json' | 'chapar' | 'operator' | 'tenantId' | 'connectionId' | 'ledger' | 'dispose'

/** A tenant whose texts go to a carrier of the test's own, which reads the codes. */
export interface VerificationWorld {
  readonly world: Pick<World, Known>
  /** POSTs that the tenant's webhook got: the texts of their bodies. */
  readonly told: string[]
  /** Lines that the Workers logged. */
  readonly logged: string[]
  /** Texts that arrived at a number, oldest first. */
  textsTo(to: string): readonly string[]
  start(body: Readonly<Record<string, unknown>>, init?: CallInit): Promise<Seen>
  /** The code in the `n`th text to a number, once it has arrived. */
  codeTo(to: string, n?: number): Promise<string>
  check(id: string, code: string, more?: Readonly<Record<string, unknown>>): Promise<CheckAnswer>
  /** A code of six digits that is another one. */
  wrong(...codes: readonly string[]): string
  /** Puts the clock of every isolate ahead by so many milliseconds. */
  later(ms: number): Promise<void>
}

const CODE = /(?<!\d)\d{4,10}(?!\d)/
/** What the carrier answers to a code that goes by a template. */
type LookUp = (form: URLSearchParams) => Response
const noTemplate: LookUp = () => new Response('not found', { status: 404 })

/** Starts a gateway whose clock can be put ahead, with a tenant that sends codes by text. */
export async function startVerifications(
  options: WorldOptions = {},
  lookUp: LookUp = noTemplate,
): Promise<VerificationWorld> {
  const texts = new Map<string, string[]>()
  const told: string[] = []
  const logged: string[] = []
  const kavenegar = fakeKavenegar()
  const made = await startWorld({
    entry: 'test/worlds/entries/clock.ts',
    mode: 'live',
    connection: KAVENEGAR,
    onLog: (line) => logged.push(line),
    outbound: async (request) => {
      const { hostname, pathname } = new URL(request.url)
      if (hostname === 'hooks.example.org') {
        const text = await request.text()
        const body = JSON.parse(text) as { data?: { challenge?: string } }
        if (body.data?.challenge === undefined) told.push(text)
        return Response.json({ challenge: body.data?.challenge ?? null })
      }
      if (pathname.endsWith('/verify/lookup.json')) return lookUp(new URLSearchParams(await request.text()))
      if (pathname.endsWith('/sms/sendarray.json')) {
        const sent = await sentArray(request.clone() as Request)
        sent.receptor.forEach((to, i) => {
          texts.set(to, [...(texts.get(to) ?? []), sent.message[i] ?? ''])
        })
      }
      return kavenegar.outbound(request)
    },
    ...options,
  })
  const client = (await made.operator.post(`/admin/v1/tenants/${made.tenantId}/credentials`, {
    name: 'codes',
    mode: options.mode ?? 'live',
    kind: 'secret',
    scopes: CREDENTIAL_SCOPES,
  })) as { readonly clientId: string; readonly clientSecret: string }
  const signIn = async () => caller(made.chapar, await tokenOf(made.chapar, client.clientId, client.clientSecret))
  let call = await signIn()
  let ahead = 0
  const world: Pick<World, Known> = {
    ...made,
    call: (path, init) => call(path, init),
    async json(path, { status = 200, ...init } = {}) {
      const answer = await call(path, init)
      const text = await answer.text()
      if (answer.status !== status)
        throw new Error(`${path} answered ${answer.status}, not ${status}: ${text.slice(0, 500)}`)
      return JSON.parse(text)
    },
  }
  const textsTo = (to: string): readonly string[] => texts.get(to) ?? []
  return {
    world,
    told,
    logged,
    textsTo,
    start: (body, init = {}) => world.json<Seen>('/v1/verifications', { ...init, body, status: 202 }),
    codeTo: (to, n = 0) =>
      until(`text ${n} to ${to}`, async () => CODE.exec(textsTo(to)[n]?.split('\n')[0] ?? '')?.[0] ?? null),
    async check(id, code, more = {}) {
      const answer = await world.call(`/v1/verifications/${id}/check`, { body: { code, ...more } })
      return { http: answer.status, body: (await answer.json()) as CheckAnswer['body'] }
    },
    wrong(...codes) {
      for (let n = 111_111; ; n++) if (!codes.includes(String(n))) return String(n)
    },
    async later(ms) {
      ahead += ms
      await world.chapar.fetch('/clock', { method: 'POST', body: String(Date.now() + ahead) })
      // The token of before has expired.
      call = await signIn()
    },
  }
}
