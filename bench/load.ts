import { connect, type Socket } from 'node:net'

/** What came of one slice of load. */
export interface Slice {
  readonly requests: number
  readonly seconds: number
  readonly perSecond: number
  /** Milliseconds of each answered request, in order of arrival. */
  readonly latencies: readonly number[]
}

export interface LoadOptions {
  readonly url: string
  /** Whole HTTP requests, bytes and all; sent in turn. */
  readonly requests: readonly Buffer[]
  /** Every answer must have this status. */
  readonly status: number
  readonly connections: number
  /** The slice ends after so long, or after `count` requests, or when `until` resolves. */
  readonly milliseconds?: number
  readonly count?: number
  readonly until?: Promise<unknown>
}

/** An HTTP/1.1 POST as bytes, made before the clock runs. */
export function postBytes(url: string, body: string, headers: Readonly<Record<string, string>> = {}): Buffer {
  const { pathname, search, host } = new URL(url)
  const lines = Object.entries({
    host,
    'content-type': 'application/json',
    'content-length': String(Buffer.byteLength(body)),
    'cf-connecting-ip': '127.0.0.1',
    ...headers,
  }).map(([name, value]) => `${name}: ${value}\r\n`)
  return Buffer.from(`POST ${pathname}${search} HTTP/1.1\r\n${lines.join('')}\r\n${body}`)
}

const END_OF_HEAD = Buffer.from('\r\n\r\n')
const END_OF_CHUNKS = Buffer.from('0\r\n\r\n')

/**
 * Where the first answer in `bytes` ends, and its status; null if it is not whole yet. Only what workerd sends: a length or
 * chunks, no trailers; a chunk that holds the end mark itself is taken for the last, which JSON never does.
 */
export function answerEnd(bytes: Buffer): { readonly status: number; readonly end: number } | null {
  const head = bytes.indexOf(END_OF_HEAD)
  if (head < 0) return null
  const text = bytes.toString('latin1', 0, head)
  const status = Number(text.slice(9, 12))
  const body = head + END_OF_HEAD.length
  const length = /\r\ncontent-length: *(\d+)/i.exec(text)?.[1]
  if (length !== undefined) {
    const end = body + Number(length)
    return bytes.length < end ? null : { status, end }
  }
  if (!/\r\ntransfer-encoding: *chunked/i.test(text)) return { status, end: body }
  const last = bytes.indexOf(END_OF_CHUNKS, body)
  return last < 0 ? null : { status, end: last + END_OF_CHUNKS.length }
}

function opened(url: string): Promise<Socket> {
  const { hostname, port } = new URL(url)
  return new Promise((resolve, reject) => {
    const socket = connect({ host: hostname, port: Number(port), noDelay: true })
    socket.once('connect', () => resolve(socket)).once('error', reject)
  })
}

/** One connection's loop: a request, its answer, the next request, until `next` has none. */
function drive(socket: Socket, status: number, next: () => Buffer | null, answered: (ms: number) => void) {
  return new Promise<void>((resolve, reject) => {
    let sentAt = 0
    let rest: Buffer = Buffer.alloc(0)
    const send = (): void => {
      const request = next()
      if (!request) {
        resolve()
        return
      }
      sentAt = performance.now()
      socket.write(request)
    }
    socket.on('error', reject)
    socket.on('close', () => reject(new Error('the server closed a connection under load')))
    socket.on('data', (bytes: Buffer) => {
      rest = rest.length === 0 ? bytes : Buffer.concat([rest, bytes])
      const answer = answerEnd(rest)
      if (!answer) return
      if (answer.status !== status) {
        return reject(new Error(`answered ${answer.status}: ${rest.toString('utf8').slice(0, 600)}`))
      }
      rest = rest.subarray(answer.end)
      answered(performance.now() - sentAt)
      send()
    })
    send()
  })
}

/** Sends requests over keep-alive connections, one under way on each; throws at the first answer of another status. */
export async function load(options: LoadOptions): Promise<Slice> {
  const { requests, milliseconds = Number.POSITIVE_INFINITY, count = Number.POSITIVE_INFINITY } = options
  const sockets = await Promise.all(Array.from({ length: options.connections }, () => opened(options.url)))
  const latencies: number[] = []
  let sent = 0
  let over = false
  const end = (): void => {
    over = true
  }
  options.until?.then(end, end)
  const startedAt = performance.now()
  const next = (): Buffer | null => {
    if (over || sent >= count || performance.now() - startedAt >= milliseconds) return null
    return requests[sent++ % requests.length] ?? null
  }
  try {
    await Promise.all(sockets.map((socket) => drive(socket, options.status, next, (ms) => latencies.push(ms))))
  } finally {
    for (const socket of sockets) socket.removeAllListeners('close').destroy()
  }
  const seconds = (performance.now() - startedAt) / 1000
  return { requests: latencies.length, seconds, perSecond: latencies.length / seconds, latencies }
}
