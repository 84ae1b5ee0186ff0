import { randomUUID } from 'node:crypto'
import { createInterface } from 'node:readline'
import { parseArgs } from 'node:util'
import { sandboxScreen } from '#worker/vendors/sandbox.ts'
import { demoChannel, postCallback } from './callback.ts'
import { applicationsOf, type OwnEndpoints, withOwnEndpoints } from './demo/endpoints.ts'
import { isSecretUrl, type Receiver, startReceiver } from './demo/receiver.ts'
import { demoApplication, type Question } from './demo/ussd-application.ts'
import { type Demo, demandDemo, program, Refusal } from './state.ts'

const USAGE = `A telephone that dials a service code of the running gateway, by the sandbox carrier.

npm run ussd                                            dials the demo's code; type what the screens ask for
npm run ussd -- --code '*384*1#' --from +989121234567
npm run ussd -- --input 2*hello                         types these and ends
npm run ussd -- --input '2*0*1'

The screens are those of the endpoint that lists \`session.turn\`; while there is none, of a small menu that this program
serves itself until it ends (local/demo/ussd-application.ts).`

interface Call {
  readonly demo: Demo
  readonly code: string
  readonly from: string
  readonly session: string
}

/** Serves the demo's menu, unless an application of the tenant's own answers sessions. */
async function ownApplication(demo: Demo, endpoints: OwnEndpoints, receiver: Receiver): Promise<void> {
  if (!(await applicationsOf(demo)).every(isSecretUrl)) return
  const input = { url: receiver.sessionsUrl, events: ['session.turn'], description: 'npm run ussd' }
  const { secret } = await endpoints.register(input)
  receiver.serve(secret, (turn) => demoApplication(turn as unknown as Question))
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
  const call = { demo, code, from, session: randomUUID() }
  const receiver = await startReceiver('ussd')
  try {
    await withOwnEndpoints(demo, async (endpoints) => {
      await ownApplication(demo, endpoints, receiver)
      if (input === undefined) await byHand(call)
      else await typed(call, input === '' ? [] : input.split('*'))
    })
  } finally {
    await receiver.close()
  }
})
