import { withDeadline } from '#worker/lib/deadline.ts'

/** Reason why an SMTP session broke off. garbled: the peer said something that is no SMTP. */
export type SmtpFault = 'timed-out' | 'lost' | 'garbled'

const FAULT = 'SmtpFault'

/** The error that stands for a fault; `smtpFaultOf` undoes it. */
export function smtpFault(fault: SmtpFault): Error {
  const error = new Error(fault)
  error.name = FAULT
  return error
}

/** The fault that an error stands for; one from elsewhere counts as a lost connection. */
export const smtpFaultOf = (error: unknown): SmtpFault =>
  error instanceof Error && error.name === FAULT ? (error.message as SmtpFault) : 'lost'

/** Characters of a reply line. RFC 5321 4.5.3.1.5 allows 512 octets; some servers write more. */
const LONGEST_REPLY_LINE = 4_000
const MOST_REPLY_LINES = 100

/** A server's reply (RFC 5321 4.2): its three digits, and the texts behind them. */
export interface SmtpReply {
  readonly code: number
  readonly lines: readonly string[]
}

/** Replies and bytes over a socket, each step with a deadline. Only what came and was not read yet is held in memory. */
export interface SmtpLines {
  /** Reads the next whole reply; throws a fault. */
  reply(timeoutMs: number): Promise<SmtpReply>
  /** Writes bytes; throws a fault if the peer does not take them in time. */
  write(bytes: Uint8Array, timeoutMs: number): Promise<void>
  /** True if more came than the replies that were read: the server sent something that no command asked for. */
  hasMore(): boolean
  /** Releases the streams of the socket, so that STARTTLS can take it over. */
  release(): void
}

/** Awaits `work`, or throws the fault `timed-out`. A caller that gives up must close the socket, which ends the work too. */
export const inTime = <Value>(work: Promise<Value>, timeoutMs: number): Promise<Value> =>
  withDeadline(work, timeoutMs, () => smtpFault('timed-out'))

/** Reads and writes one socket's streams. */
export function smtpLines(socket: Pick<Socket, 'readable' | 'writable'>): SmtpLines {
  const reader: ReadableStreamDefaultReader<Uint8Array> = socket.readable.getReader()
  const writer: WritableStreamDefaultWriter<Uint8Array> = socket.writable.getWriter()
  const decoder = new TextDecoder()
  let held = ''

  async function line(): Promise<string> {
    for (;;) {
      const end = held.indexOf('\n')
      if (end >= 0) {
        const text = held.slice(0, end).replace(/\r$/, '')
        held = held.slice(end + 1)
        return text
      }
      if (held.length > LONGEST_REPLY_LINE) throw smtpFault('garbled')
      const read = await reader.read()
      if (read.done) throw smtpFault('lost')
      held += decoder.decode(read.value, { stream: true })
    }
  }

  async function wholeReply(): Promise<SmtpReply> {
    const lines: string[] = []
    let code = ''
    for (;;) {
      const [, digits, sign, text] = /^([2-5]\d\d)(?:([ -])(.*))?$/.exec(await line()) ?? []
      if (digits === undefined || (code !== '' && digits !== code) || lines.length === MOST_REPLY_LINES)
        throw smtpFault('garbled')
      code = digits
      lines.push((text ?? '').slice(0, LONGEST_REPLY_LINE))
      if (sign !== '-') return { code: Number(code), lines }
    }
  }

  return {
    reply: (timeoutMs) => inTime(wholeReply(), timeoutMs),
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
