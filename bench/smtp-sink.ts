import { type AddressInfo, createServer, type Socket } from 'node:net'

/** A mail server that takes everything at once and keeps nothing but the last mail. */
export interface SmtpSink {
  readonly port: number
  /** Mails taken so far. */
  taken(): number
  /** The last one as a client would send it in one piece, from MAIL to the dot. */
  last(): Buffer
  close(): Promise<void>
}

const END_OF_DATA = '\r\n.\r\n'

export async function startSmtpSink(): Promise<SmtpSink> {
  let taken = 0
  let last = ''

  function serve(socket: Socket): void {
    let rest = ''
    let envelope = ''
    let isData = false
    const answer = (line: string): string => {
      if (line.startsWith('EHLO')) return '250-sink\r\n250 PIPELINING\r\n'
      if (line === 'QUIT') return '221 bye\r\n'
      envelope = line.startsWith('MAIL') ? `${line}\r\n` : `${envelope}${line}\r\n`
      isData = line === 'DATA'
      return isData ? '354 go on\r\n' : '250 ok\r\n'
    }
    /** The answer to what is whole in `rest`; empty: nothing is. */
    const next = (): string => {
      const end = rest.indexOf(isData ? END_OF_DATA : '\r\n')
      if (end < 0) return ''
      const text = rest.slice(0, end)
      rest = rest.slice(end + (isData ? END_OF_DATA.length : 2))
      if (!isData) return answer(text)
      isData = false
      taken++
      last = `${envelope}${text}${END_OF_DATA}`
      return '250 taken\r\n'
    }
    socket.setNoDelay(true)
    socket.write('220 sink\r\n')
    socket.on('error', () => socket.destroy())
    socket.on('data', (bytes) => {
      rest += bytes.toString('latin1')
      let said = ''
      for (let line = next(); line !== ''; line = next()) said += line
      if (said !== '') socket.write(said)
    })
  }

  const server = createServer(serve)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    port: (server.address() as AddressInfo).port,
    taken: () => taken,
    last: () => Buffer.from(last, 'latin1'),
    close: () => new Promise((resolve) => server.close(() => resolve())),
  }
}
