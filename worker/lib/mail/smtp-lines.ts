import { withDeadline } from '#worker/lib/deadline.ts'

/** Why a conversation over a socket broke off. */
export type SmtpFault = 'timed-out' | 'lost' | 'garbled'

const FAULT = 'SmtpFault'

export function smtpFault(fault: SmtpFault): Error {
  const error = new Error(fault)
  error.name = FAULT
  return error
}

/** The fault that an error stands for; one from elsewhere counts as a lost connection. */
export const smtpFaultOf = (error: unknown): SmtpFault =>
  error instanceof Error && error.name === FAULT ? (error.message as SmtpFault) : 'lost'

/** RFC 5321 4.5.3.1.5 allows 512 octets a reply line; some servers write more. */
const LONGEST_REPLY_LINE = 4_000
const MOST_REPLY_LINES = 100

/** A reply: its three digits and the texts behind them. */
export interface SmtpReply {
  readonly code: number
  readonly lines: readonly string[]
}

/** Lines over a socket, each step with a deadline. Nothing is held but what has not been read yet. */
export interface SmtpLines {
  /** The next whole reply; throws a fault. */
  reply(timeoutMs: number): Promise<SmtpReply>
  /** Throws a fault when the peer does not take it in time. */
  write(bytes: Uint8Array, timeoutMs: number): Promise<void>
  /** Is there something that nobody asked for? */
  hasMore(): boolean
  /** Gives the streams back, for STARTTLS. */
  release(): void
}

/** What `work` gives, or the fault `timed-out` after `timeoutMs`. Who gives up must close the socket, which ends the work too. */
export const inTime = <Value>(work: Promise<Value>, timeoutMs: number): Promise<Value> =>
  withDeadline(work, timeoutMs, () => smtpFault('timed-out'))

/** Reads and writes one socket's streams. */
export function smtpLines(socket: Pick<Socket, 'readable' | 'writable'>): SmtpLines {
  const reader: ReadableStreamDefaultReader<Uint8Array> = socket.readable.getReader()
  const writer: WritableStreamDefaultWriter<Uint8Array> = socket.writable.getWriter()
  const decoder = new TextDecoder()
  let held = ''

  async function line(until: number): Promise<string> {
    for (;;) {
      const end = held.indexOf('\n')
      if (end >= 0) {
        const text = held.slice(0, end).replace(/\r$/, '')
        held = held.slice(end + 1)
        return text
      }
      if (held.length > LONGEST_REPLY_LINE) throw smtpFault('garbled')
      const read = await inTime(reader.read(), Math.max(1, until - Date.now()))
      if (read.done) throw smtpFault('lost')
      held += decoder.decode(read.value, { stream: true })
    }
  }

  return {
    async reply(timeoutMs) {
      const until = Date.now() + timeoutMs
      const lines: string[] = []
      let code = ''
      for (;;) {
        const [, digits, sign, text] = /^([2-5]\d\d)(?:([ -])(.*))?$/.exec(await line(until)) ?? []
        if (digits === undefined || (code !== '' && digits !== code) || lines.length === MOST_REPLY_LINES)
          throw smtpFault('garbled')
        code = digits
        lines.push((text ?? '').slice(0, LONGEST_REPLY_LINE))
        if (sign !== '-') return { code: Number(code), lines }
      }
    },
    async write(bytes, timeoutMs) {
      try {
        await inTime(writer.write(bytes), timeoutMs)
      } catch (error) {
        throw smtpFault(smtpFaultOf(error))
      }
    },
    hasMore: () => held !== '',
    release() {
      reader.releaseLock()
      writer.releaseLock()
    },
  }
}
