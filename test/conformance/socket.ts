import type { Wire } from './kit.ts'

/** The far end of one TCP connection, as a test plays it. */
export interface Peer {
  /** The next line without its end, or null when the client has closed. */
  line(): Promise<string | null>
  /** Lines up to and without the one that is only a dot (the data of SMTP). */
  untilDot(): Promise<string[]>
  write(text: string | Uint8Array): Promise<void>
  /** Resolves when the client has begun TLS; lines and writes go on inside it. */
  tls(): Promise<void>
  /** Ends the connection in order. */
  end(): Promise<void>
  /** Breaks the connection, as a reset does. */
  reset(): void
}

export type PeerScript = (peer: Peer) => Promise<void>

interface Pipe {
  /** Client to peer. */
  readonly up: TransformStream<Uint8Array, Uint8Array>
  /** Peer to client. */
  readonly down: TransformStream<Uint8Array, Uint8Array>
}

const newPipe = (): Pipe => ({
  up: new TransformStream(undefined, { highWaterMark: 64 }, { highWaterMark: 64 }),
  down: new TransformStream(undefined, { highWaterMark: 64 }, { highWaterMark: 64 }),
})

interface Ends {
  readonly pipe: Pipe
  readonly reader: ReadableStreamDefaultReader<Uint8Array>
  readonly writer: WritableStreamDefaultWriter<Uint8Array>
}

function newEnds(): Ends {
  const pipe = newPipe()
  return { pipe, reader: pipe.up.readable.getReader(), writer: pipe.down.writable.getWriter() }
}

type Mode = 'on' | 'off' | 'starttls'

/** One conversation: what the driver is given (a new socket after STARTTLS), and the peer that speaks with it. */
function converse(): { readonly socket: (mode: Mode) => Socket; readonly peer: Peer } {
  let ends = newEnds()
  let held = ''
  const upgraded = Promise.withResolvers<void>()
  const closed = Promise.withResolvers<void>()
  closed.promise.catch(() => undefined)

  const line = async (): Promise<string | null> => {
    for (;;) {
      const end = held.indexOf('\n')
      if (end >= 0) {
        const text = held.slice(0, end).replace(/\r$/, '')
        held = held.slice(end + 1)
        return text
      }
      const read = await ends.reader.read().catch(() => null)
      if (!read || read.done) return null
      held += Buffer.from(read.value).toString('utf8')
    }
  }

  const socket = (mode: Mode): Socket => {
    const { up, down } = ends.pipe
    return {
      readable: down.readable,
      writable: up.writable,
      opened: Promise.resolve({}),
      closed: closed.promise,
      upgraded: mode === 'starttls',
      secureTransport: mode,
      close: async () => {
        closed.resolve()
        await up.writable.abort().catch(() => undefined)
        await down.readable.cancel().catch(() => undefined)
      },
      startTls: () => {
        ends = newEnds()
        held = ''
        upgraded.resolve()
        return socket('on')
      },
    } satisfies Socket
  }

  const peer: Peer = {
    line,
    untilDot: async () => {
      const lines: string[] = []
      for (let text = await line(); text !== null && text !== '.'; text = await line()) lines.push(text)
      return lines
    },
    write: (text) => ends.writer.write(typeof text === 'string' ? new TextEncoder().encode(text) : text),
    tls: () => upgraded.promise,
    end: async () => {
      closed.resolve()
      await ends.writer.close().catch(() => undefined)
    },
    reset: () => {
      const error = new Error('Network connection lost.')
      closed.reject(error)
      ends.writer.abort(error).catch(() => undefined)
      ends.reader.cancel(error).catch(() => undefined)
    },
  }
  return { socket, peer }
}

/** A carrier behind a socket: the script is played anew for each connection. A script that ends leaves the connection open. */
export const overSocket = (script: PeerScript): Wire => ({
  ports: () => ({
    connect: (_address, options) => {
      const mode = options?.secureTransport
      const { socket, peer } = converse()
      script(peer).catch(() => peer.reset())
      return socket(mode === 'on' || mode === 'starttls' ? mode : 'off')
    },
  }),
})

/** Nobody listens: the connection is never opened. */
export const notListening: Wire = {
  ports: () => ({
    connect: () => {
      const refused = () => {
        const promise = Promise.reject(new Error('proxy request failed, cannot connect to the specified address'))
        promise.catch(() => undefined)
        return promise
      }
      const gone = <Stream>(make: (start: (controller: { error(reason: unknown): void }) => void) => Stream): Stream =>
        make((controller) => controller.error(new Error('Network connection lost.')))
      return {
        readable: gone((start) => new ReadableStream({ start })),
        writable: gone((start) => new WritableStream({ start })),
        opened: refused(),
        closed: refused(),
        upgraded: false,
        secureTransport: 'off',
        close: async () => undefined,
        startTls: () => {
          throw new Error('not open')
        },
      } as unknown as Socket
    },
  }),
}
