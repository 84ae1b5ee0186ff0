import type { OpenApi } from '#worker/routes/openapi/document.ts'
import { answerFaults, type Said } from './answer.ts'
import { below, find, followed, type Held, headerFaults, hold, isJsonType, typeOf } from './document.ts'
import { requestFaults } from './request.ts'

/** One call as it went over the wire. */
export interface Exchange extends Said {
  readonly url: URL
  readonly sent: { readonly headers: Headers; readonly body: unknown }
}

/** A POST to a receiver of webhooks. */
export interface EventPost {
  readonly headers: Headers
  readonly body: string
}

/** What one OpenAPI document says of traffic; each method lists what it does not allow. */
export interface Contract {
  call(exchange: Exchange): readonly string[]
  event(post: EventPost): readonly string[]
}

/** Paths that the document leaves out: those of carriers, of people and of the machine, and what tests add to Workers. */
const OTHER_DOORS = /^\/(?:hops|clock|callbacks|p|files|cdn-cgi|faults|replay)(?:\/|$)/
/** Statuses of a path or method that nothing stands for; some are answered before anything is looked for. */
const NOTHING_THERE = [401, 403, 404, 405, 429, 503]

function rejectedOf(json: string | null): ReadonlySet<number> {
  if (json?.includes('"rejected":[') !== true) return new Set()
  const { rejected = [] } = JSON.parse(json) as { readonly rejected?: readonly { readonly index: number }[] }
  return new Set(rejected.map(({ index }) => index))
}

function callFaults(held: Held, { url, sent, ...said }: Exchange): readonly string[] {
  const { method, status, json } = said
  if (OTHER_DOORS.test(url.pathname) || method === 'OPTIONS') return []
  const found = find(held, method, url.pathname)
  if (found) {
    const asked = { url, ...sent, rejected: rejectedOf(json) }
    return [...(status < 300 ? requestFaults(held, found, asked) : []), ...answerFaults(held, found, said)]
  }
  if (!NOTHING_THERE.includes(status)) return ['the document has no such call']
  return json === null ? [] : held.validators.said('/components/schemas/Problem', JSON.parse(json))
}

/** Type that a POST says; `session.turn` may come in another form than JSON. */
function typeNamed(body: string): string {
  try {
    return String((JSON.parse(body) as { readonly type?: unknown }).type)
  } catch {
    return 'session.turn'
  }
}

function eventFaults(held: Held, { headers, body }: EventPost): readonly string[] {
  const type = typeNamed(body)
  const post = held.document.webhooks[type]?.post
  if (!post) return [`the document has no webhook ${type}`]
  const pointer = below('', 'webhooks', type, 'post')
  const media = typeOf(headers)
  if (!post.requestBody?.content[media]) return [`the content type ${media} of ${type} is not in the document`]
  const missing = (post.parameters ?? []).flatMap((parameter, index) =>
    'name' in parameter
      ? headerFaults(held, followed(parameter, below(pointer, 'parameters', index)), parameter.name, headers)
      : [],
  )
  const schema = below(pointer, 'requestBody', 'content', media, 'schema')
  const value: unknown = isJsonType(media) ? JSON.parse(body) : Object.fromEntries(new URLSearchParams(body))
  return [...missing, ...held.validators.said(schema, value)]
}

const made = new Map<string, Contract>()

/** The contract that a document's text is; equal documents of several gateways are compiled once. */
export function contractOf(text: string): Contract {
  const document = JSON.parse(text) as OpenApi
  // Origins differ from test to test, and say nothing of the traffic.
  const key = JSON.stringify([document.paths, document.webhooks, document.components.schemas])
  const known = made.get(key)
  if (known) return known
  const held = hold(document)
  const contract: Contract = {
    call: (exchange) => callFaults(held, exchange),
    event: (post) => eventFaults(held, post),
  }
  made.set(key, contract)
  return contract
}
