import { connect } from 'cloudflare:sockets'

/** Lines of the server's answers to one mail: sender, recipient, data, end. */
const ANSWERS = 4

/** The same mails through the same socket: each written as one, its answers counted by their line ends, `?count=` times. */
export default {
  async fetch(request: Request): Promise<Response> {
    const { searchParams } = new URL(request.url)
    const mail = new Uint8Array(await request.arrayBuffer())
    const socket = connect({ hostname: '127.0.0.1', port: Number(searchParams.get('port')) })
    const [reader, writer] = [socket.readable.getReader(), socket.writable.getWriter()]
    await reader.read()
    for (let left = Number(searchParams.get('count')); left > 0; left--) {
      await writer.write(mail)
      for (let lines = 0; lines < ANSWERS; )
        for (const byte of ((await reader.read()).value ?? []) as Uint8Array) if (byte === 10) lines++
    }
    await socket.close()
    return new Response('done')
  },
}
