import { randomUUID } from 'node:crypto'
import type { Server } from 'node:http'
import { createInterface } from 'node:readline'
import { parseArgs } from 'node:util'
import { sandboxScreen } from '#worker/vendors/sandbox.ts'
import { accessToken, api } from './api.ts'
import { demoChannel, postCallback } from './callback.ts'
import { startApplication } from './demo/ussd-application.ts'
import { type Demo, demandDemo, program, Refusal } from './state.ts'

const USAGE = `A telephone that dials a service code of the running gateway, by the sandbox carrier.

npm run ussd                                            dials the demo's code; type what the screens ask for
npm run ussd -- --code '*384*1#' --from +989121234567
npm run ussd -- --input 2*hello                         types these and ends
npm run ussd -- --input '2*0*1'

The screens are those of the endpoint that lists \`session.turn\`; while there is none, of a small menu that this program
serves itself (local/demo/ussd-application.ts).`

interface Call {
  readonly demo: Demo
  readonly code: string
  readonly from: string
  readonly session: string
}

interface Endpoint {
  readonly url: string
  readonly status: string
  readonly events: readonly string[] | null
}

/** Serves the demo's menu unless another endpoint answers sessions. Its own endpoint is registered once and stays. */
async function ownApplication({ baseUrl, clientId, clientSecret }: Demo): Promise<Server | null> {
  const port = Number(new URL(baseUrl).port) + 1
  const url = `http://127.0.0.1:${port}/ussd`
  const tenant = api(baseUrl, await accessToken(baseUrl, clientId, clientSecret))
  const { data } = (await tenant.get('/v1/webhooks')) as { data: readonly Endpoint[] }
  const found = data.find(({ status, events }) => status === 'active' && events?.includes('session.turn'))
  if (found && found.url !== url) return null
  const server = await startApplication(port)
  if (!found) await tenant.post('/v1/webhooks', { url, events: ['session.turn'], description: 'npm run ussd' })
  return server
}

/** Posts one turn and prints the screen; true if the session has ended. */
async function step({ demo, code, from, session }: Call, number: number, input: string | null): Promise<boolean> {
  const turn = { session, event: number === 1 ? 'start' : 'input', from, to: code, number } as const
  const said = input === null ? turn : { ...turn, input }
  const response = await postCallback(demo, 'ussd', { at: Date.now(), turn: said })
  const { text, ends } = sandboxScreen.parse(await response.json())
  console.log(`\n${text}\n${ends ? '\n(the session has ended)' : ''}`)
  return ends
}

async function typed(call: Call, inputs: readonly string[]): Promise<void> {
  let ends = await step(call, 1, null)
  for (const [index, input] of inputs.entries()) {
    if (ends) throw new Refusal(`The session ended before ${inputs.length - index} of the inputs were typed.`)
    console.log(`> ${input}`)
    ends = await step(call, index + 2, input)
  }
}

async function byHand(call: Call): Promise<void> {
  let number = 1
  let ends = await step(call, number, null)
  if (ends) return
  const prompt = () => process.stdout.write('> ')
  prompt()
  // Opened only now: readline drops the lines that come before somebody listens.
  const lines = createInterface({ input: process.stdin })
  for await (const line of lines) {
    ends = await step(call, ++number, line.trim())
    if (ends) break
    prompt()
  }
  lines.close()
  // Ctrl-D ends the input: the person hangs up.
  if (!ends) await postCallback(call.demo, 'ussd', hangUp(call))
}

const hangUp = ({ session, from, code }: Call) => ({
  at: Date.now(),
  turn: { session, event: 'end', from, to: code } as const,
})

await program(async () => {
  const { values } = parseArgs({
    options: {
      code: { type: 'string' },
      from: { type: 'string', default: '+989121234567' },
      input: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  })
  if (values.help) return console.log(USAGE)
  const demo = demandDemo()
  const { code = demoChannel(demo, 'ussd').sender, from, input } = values
  const server = await ownApplication(demo)
  const call = { demo, code, from, session: randomUUID() }
  try {
    if (input === undefined) await byHand(call)
    else await typed(call, input === '' ? [] : input.split('*'))
  } finally {
    server?.closeAllConnections()
    server?.close()
  }
})
