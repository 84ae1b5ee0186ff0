import { Webhook } from 'standardwebhooks'
import type { Api } from '../../local/api.ts'
import { type Harness, type HarnessOptions, startChapar } from './harness.ts'
import { caller, tokenOf, until } from './world.ts'

/** A question as the tenant's application hears it. */
export interface Asked {
  readonly id: string
  readonly sessionId: string
  readonly event: 'start' | 'input'
  readonly from: string
  readonly to: string
  readonly input: string | null
  readonly inputs: readonly string[]
  readonly turn: number
  readonly answerBy: string
  readonly resumes?: string
}
export type Application = (asked: Asked) => Response | Promise<Response>

export interface HeardEvent {
  readonly id: string
  readonly type: string
  readonly data: Record<string, unknown>
}

/** A carrier's turn, as the sandbox carrier tells it. */
export interface Step {
  readonly session: string
  readonly event?: 'start' | 'input' | 'end'
  readonly from?: string
  readonly to?: string
  readonly input?: string
  readonly number?: number
}
export interface Shown {
  readonly text: string
  readonly ends: boolean
}

export interface Line {
  readonly id: string
  readonly code: string
  readonly callbackUrl: string
  /** Posts a turn and reads the screen; the status must be 200. */
  step(step: Step): Promise<Shown>
  post(step: Step, secret?: string): Promise<Response>
}

/** A session as the API shows it. */
export interface Session {
  readonly id: string
  readonly status: string
  readonly reason?: string
  readonly turnCount: number
  readonly turns: readonly { input: string | null; screen: string; by: string; back?: true; inputs?: string[] }[]
}

export const FALLBACK: Shown = { text: 'سرویس در دسترس نیست.\nService unavailable.', ends: true }
export const PERSON = '+989121234567'
export const con = (text: string) => new Response(`CON ${text}`)
export const end = (text: string) => new Response(`END ${text}`)
/** Shows how it was reached, and ends at 9. */
export const echo: Application = ({ inputs }) => (inputs.at(-1) === '9' ? end('bye') : con(`at ${inputs.join('*')}`))
export const silent: Application = () => new Promise<Response>(() => {})

const SCOPES = ['messages:send', 'messages:read', 'webhooks:read', 'webhooks:write', 'sessions:read']
const APP = 'app.example.org'

interface Made {
  readonly id: string
  readonly clientId: string
  readonly clientSecret: string
  readonly callbackUrl: string
  readonly callbackUrls?: readonly string[]
}

/** What a restarted world takes over from the one before. */
export interface Kept {
  readonly tenantId: string
  readonly token: string
}

/** A tenant with service codes, its application behind `session.turn`, and a receiver of all its events. */
export async function startUssd(options: HarnessOptions = {}, kept?: Kept) {
  const applications = new Map<string, Application>()
  const asked: Asked[] = []
  const events: HeardEvent[] = []
  let secret = ''
  let forged = 0

  const hearApplication = async (request: Request): Promise<Response> => {
    const text = await request.text()
    const body = JSON.parse(text) as { type: string; data: Asked & { challenge: string } }
    if (body.type === 'webhook.challenge') return Response.json({ challenge: body.data.challenge })
    try {
      if (secret) new Webhook(secret).verify(text, Object.fromEntries(request.headers))
    } catch {
      forged++
    }
    const question = { ...body.data, id: request.headers.get('webhook-id') ?? '' }
    asked.push(question)
    return (applications.get(question.to) ?? echo)(question)
  }
  const hearEvents = async (request: Request): Promise<Response> => {
    const body = (await request.json()) as { type: string; data: Record<string, unknown> }
    if (body.type === 'webhook.challenge') return Response.json({ challenge: body.data['challenge'] })
    events.push({ id: request.headers.get('webhook-id') ?? '', type: body.type, data: body.data })
    return new Response(null, { status: 204 })
  }
  const chapar: Harness = await startChapar({
    ...options,
    outbound: async (request) =>
      new URL(request.url).hostname === APP ? hearApplication(request) : hearEvents(request),
  })
  const operator: Api = chapar.api(await chapar.operatorToken())
  const { tenantId, token } = kept ?? (await newTenant(chapar, operator))
  const call = caller(chapar, token)

  async function listen(host: string, types: readonly string[] | null): Promise<string> {
    const answer = await call('/v1/webhooks', { body: { url: `https://${host}/in`, events: types } })
    const made = (await answer.json()) as { status: string; secret: string }
    if (made.status !== 'active') throw new Error(`the endpoint is ${made.status}`)
    return made.secret
  }

  let lines = 0
  /** A service code of the tenant's on a connection of its own. */
  async function line(settings: Record<string, unknown> = {}, application?: Application, more = {}): Promise<Line> {
    const code = `*384*${++lines}#`
    const connection = (await operator.post('/admin/v1/connections', {
      channel: 'ussd',
      provider: 'sandbox',
      name: `Line ${lines}`,
      settings,
      ...more,
    })) as Made
    await operator.post(`/admin/v1/tenants/${tenantId}/senders`, {
      channel: 'ussd',
      address: code,
      lineClass: 'service',
      connectionId: connection.id,
    })
    if (application) applications.set(code, application)
    return lineOf(connection.id, code, connection.callbackUrl)
  }

  function lineOf(id: string, code: string, callbackUrl: string): Line {
    const { pathname } = new URL(callbackUrl)
    const post = ({ event = 'start', from = PERSON, to = code, ...step }: Step, given?: string): Promise<Response> =>
      chapar.fetch(given === undefined ? pathname : pathname.replace(/[^/]+$/, given), {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ at: Date.now(), turn: { event, from, to, ...step } }),
      })
    return {
      id,
      code,
      callbackUrl,
      post,
      step: async (step) => {
        const answer = await post(step)
        if (answer.status !== 200) throw new Error(`the turn was answered with ${answer.status}`)
        return (await answer.json()) as Shown
      },
    }
  }

  const askedOf = ({ code }: Pick<Line, 'code'>) => asked.filter(({ to }) => to === code)
  const sessionOf = (id: string, ready: (session: Session) => boolean = () => true): Promise<Session> =>
    until(`the session ${id}`, async () => {
      const answer = await call(`/v1/sessions/${id}`)
      if (answer.status !== 200) return null
      const session = (await answer.json()) as Session
      return ready(session) && session
    })

  if (!kept) {
    await listen('events.example.org', null)
    secret = await listen(APP, ['session.turn'])
  }
  return {
    chapar,
    operator,
    tenantId,
    token,
    call,
    applications,
    asked,
    events,
    forged: () => forged,
    line,
    lineOf,
    /** Questions about one service code. */
    askedOf,
    /** The first session of a line. */
    idOf: (of: Line): string => askedOf(of)[0]?.sessionId ?? '',
    /** Waits until the ledger has the session, as the API shows it. */
    sessionOf,
    ended: (id: string): Promise<Session> => sessionOf(id, ({ status }) => status === 'ended'),
    rows: async <Row>(sql: string): Promise<Row[]> => (await chapar.ledger().prepare(sql).all<Row>()).results,
    dispose: () => chapar.dispose(),
  }
}

export type Ussd = Awaited<ReturnType<typeof startUssd>>

async function newTenant(chapar: Harness, operator: Api): Promise<Kept> {
  const tenant = (await operator.post('/admin/v1/tenants', { name: 'Menus', region: 'IR' })) as Made
  const client = (await operator.post(`/admin/v1/tenants/${tenant.id}/credentials`, {
    name: 'test',
    mode: 'test',
    kind: 'secret',
    scopes: SCOPES,
  })) as Made
  return { tenantId: tenant.id, token: await tokenOf(chapar, client.clientId, client.clientSecret) }
}
