import { entries, refusal } from '../../fixtures/kavenegar/answers.ts'

/** Messages of one `sms/receive`, and of one page of `sms/inboxpaged`. */
const RECEIVED = 100
const PAGED = 200

interface InboxMessage {
  readonly id: number
  readonly line: string
  readonly from: string
  readonly text: string
  isRead: boolean
}

/** A call for an inbox, as the carrier got it. */
export interface InboxCall {
  readonly method: 'receive' | 'inboxpaged'
  readonly line: string
  /** Messages that it gave. */
  readonly gave: number
}

/** The inboxes of a Kavenegar account: `sms/receive` gives unread messages and marks them as read, before its answer leaves. */
export interface KavenegarInbox {
  readonly outbound: (request: Request) => Promise<Response>
  readonly messages: InboxMessage[]
  readonly calls: InboxCall[]
  /** Keys of the accounts that called, and most calls that were under way at once. */
  readonly keys: Set<string>
  busiest(): number
  /** Puts messages into a line's inbox; answers their texts. */
  put(line: string, count: number, from?: string, text?: string): string[]
  /** Looks at a call before it gives anything; a response is the answer instead. */
  before: (call: Omit<InboxCall, 'gave'>) => Response | Promise<Response | null> | null
  /** Looks at a call that has given its messages and marked them; a response is the answer instead. */
  after: (call: InboxCall) => Response | Promise<Response | null> | null
}

const shown = (list: readonly InboxMessage[]) =>
  entries(
    list.map(({ id, line, from, text }) => ({
      messageid: id,
      message: text,
      sender: from,
      receptor: line,
      date: 1_764_000_000 + id,
    })),
  )

/** Number of the next message of any inbox, so that no two have the same id or text. */
let nextId = 5_000

export function kavenegarInbox(): KavenegarInbox {
  let [under, most] = [0, 0]
  const inbox: KavenegarInbox = {
    messages: [],
    calls: [],
    keys: new Set(),
    busiest: () => most,
    put(line, count, from = '09121234567', text) {
      const first = inbox.messages.length
      for (let n = 0; n < count; n++) {
        const id = nextId++
        inbox.messages.push({ id, line, from, text: text ?? `${line} ${id}`, isRead: false })
      }
      return inbox.messages.slice(first).map((one) => one.text)
    },
    before: () => null,
    after: () => null,
    async outbound(request) {
      const [, key = '', method] = /\/v1\/([^/]+)\/sms\/(receive|inboxpaged)\.json$/.exec(request.url) ?? []
      if (method !== 'receive' && method !== 'inboxpaged') return refusal(404)
      inbox.keys.add(key)
      most = Math.max(most, ++under)
      try {
        return await answer(inbox, method, new URLSearchParams(await request.text()))
      } finally {
        under--
      }
    },
  }
  return inbox
}

async function answer(inbox: KavenegarInbox, method: InboxCall['method'], form: URLSearchParams): Promise<Response> {
  const line = form.get('linenumber') ?? ''
  const instead = await inbox.before({ method, line })
  if (instead) return instead
  const own = inbox.messages.filter((one) => one.line === line && one.isRead === (form.get('isread') === '1'))
  const from = method === 'receive' ? 0 : (Number(form.get('pagenumber')) - 1) * PAGED
  const given = own.slice(from, from + (method === 'receive' ? RECEIVED : PAGED))
  if (method === 'receive') for (const one of given) one.isRead = true
  const call = { method, line, gave: given.length }
  inbox.calls.push(call)
  return (await inbox.after(call)) ?? shown(given)
}
