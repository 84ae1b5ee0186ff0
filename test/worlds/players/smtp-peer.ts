import type { Peer, PeerScript } from '../../conformance/socket.ts'

/** What a mail server of a test says at each step, other than yes. A function plays the step itself. */
export interface MailServer {
  readonly greeting?: string
  /** Lines after the first of EHLO's answer. */
  readonly extensions?: readonly string[]
  readonly auth?: string
  readonly sender?: string | readonly string[]
  readonly recipient?: string | readonly string[]
  readonly data?: string
  /** After the final dot. */
  readonly answer?: string | readonly string[] | ((peer: Peer) => Promise<void>)
  /** Everything that the client said, mails as one text. */
  readonly heard?: string[]
}

const nth = (given: string | readonly string[] | undefined, n: number, fallback: string): string =>
  typeof given === 'string' ? given : (given?.[n] ?? fallback)

/** A submission server that speaks RFC 5321, line by line; for `overSocket`. */
export function mailServer(server: MailServer = {}): PeerScript {
  return async (peer) => {
    const say = (text: string) => peer.write(`${text}\r\n`)
    const { heard = [], extensions = ['PIPELINING', 'SIZE 10000000', 'AUTH PLAIN LOGIN'] } = server
    const count = { sender: 0, recipient: 0, answer: 0 }
    await say(server.greeting ?? '220 mx.example.net ESMTP')
    for (let line = await peer.line(); line !== null; line = await peer.line()) {
      heard.push(line)
      const verb = line.slice(0, 4).toUpperCase()
      if (verb === 'EHLO')
        await say(
          ['mx.example.net', ...extensions]
            .map((text, i, all) => `250${i + 1 < all.length ? '-' : ' '}${text}`)
            .join('\r\n'),
        )
      else if (verb === 'AUTH') await say(server.auth ?? '235 2.7.0 signed in')
      else if (verb === 'MAIL') await say(nth(server.sender, count.sender++, '250 2.1.0 ok'))
      else if (verb === 'RCPT') await say(nth(server.recipient, count.recipient++, '250 2.1.5 ok'))
      else if (verb === 'DATA') {
        await say(server.data ?? '354 go on')
        if (server.data !== undefined && !server.data.startsWith('354')) continue
        heard.push((await peer.untilDot()).join('\r\n'))
        if (typeof server.answer === 'function') return server.answer(peer)
        await say(nth(server.answer, count.answer++, '250 2.0.0 queued as 1A2B3C'))
      } else if (verb === 'QUIT') {
        await say('221 2.0.0 bye')
        return peer.end()
      } else await say(verb === 'RSET' ? '250 2.0.0 ok' : '500 5.5.1 unknown')
    }
  }
}
