import { createServer, type Server } from 'node:http'
import { Refusal } from '../state.ts'

/** Fields of a `session.turn` that the demo's application looks at. */
interface Question {
  /** Inputs that led here, the last one at the end. */
  readonly inputs: readonly string[]
  readonly input: string | null
  /** Id of a session of this person that broke off. */
  readonly resumes?: string
}

type Said = { readonly text: string; readonly ends?: boolean } | { readonly back: true } | { readonly resume: true }

const BACK = '0) بازگشت'

/** Menu of the demo. Each screen follows from the inputs that led to it, so the application needs no memory. */
export function demoApplication({ inputs, input, resumes }: Question): Said {
  if (resumes !== undefined) return { resume: true }
  if (input === '0') return { back: true }
  const [first, second] = inputs
  if (first === undefined) return { text: 'چاپار\n1) موجودی\n2) پیام بگذارید' }
  if (first === '1') return { text: 'موجودی شما ۱۲۰٬۰۰۰ ریال است.', ends: true }
  if (first !== '2') return { text: `چنین گزینه‌ای نیست.\n${BACK}` }
  if (second === undefined) return { text: `پیام خود را بنویسید.\n${BACK}` }
  return { text: 'سپاس. پیام شما ثبت شد.', ends: true }
}

/**
 * Serves the demo's application on 127.0.0.1. It verifies no signature, because only this machine can call it; an application
 * that is reachable from outside must.
 */
export async function startApplication(port: number): Promise<Server> {
  const server = createServer(async (req, res) => {
    const chunks: Buffer[] = []
    for await (const chunk of req) chunks.push(chunk as Buffer)
    const { type, data } = JSON.parse(Buffer.concat(chunks).toString('utf8')) as {
      type: string
      data: Question & { challenge: string }
    }
    const said = type === 'webhook.challenge' ? { challenge: data.challenge } : demoApplication(data)
    res.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(said))
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', () =>
      reject(new Refusal(`Port ${port} is taken (by the demo, perhaps); the application of this program needs it.`)),
    )
    server.listen(port, '127.0.0.1', resolve)
  })
  return server
}
