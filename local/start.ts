import { createServer } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { loopbackOrigin } from '#worker/domain/licensee.ts'
import type { TenantStatus } from '#worker/domain/tenants/tenant.ts'
import { endLeftover } from './build/runtime-process.ts'
import { localSealKeys } from './build/seal-keys.ts'
import { copyConsole } from './console/build.ts'
import { seed } from './demo/seed.ts'
import { seedPeople } from './people/command.ts'
import { ENTRY_PATH } from './people/made.ts'
import {
  CONSOLE_COPY,
  claimState,
  type Demo,
  ensureSecrets,
  forgetRunning,
  LOG_FILE,
  ownState,
  program,
  Refusal,
  readRunning,
  refuseIfRunning,
  writeRunning,
} from './state.ts'
import { stopOnSignal } from './stop.ts'

function portOf(): number {
  const port = Number(process.env['PORT'] ?? 8787)
  if (Number.isInteger(port) && port > 0 && port < 65_534) return port
  throw new Refusal('PORT must be a number below 65534 (the page of `npm run push` takes the one after the next).')
}

const isFree = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const server = createServer()
    server.once('error', () => resolve(false))
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)))
  })

/** Refuses if the port stays taken. Waits first, because a runtime that was just ended may hold it for a moment. */
async function demandFree(port: number): Promise<void> {
  for (let tried = 0; tried < 10; tried++) {
    if (await isFree(port)) return
    await sleep(100)
  }
  throw new Refusal(`Port ${port} is taken. Choose another: PORT=8800 npm start`)
}

/** What is said of a demo tenant that sends nothing, by its status. */
const UNABLE: Readonly<Partial<Record<TenantStatus, string>>> = {
  suspended: '\nThe demo account is suspended: nothing is sent until an operator resumes it in the console.\n',
  closed: '\nThe demo account was closed, for good. A new one comes with a new state: npm run reset.\n',
}

function greet(demo: Demo, status: TenantStatus): void {
  const { baseUrl, clientId, clientSecret, line } = demo
  const origin = loopbackOrigin(baseUrl) ?? baseUrl
  console.log(`
Chapar is at ${origin}

  sign in        ${origin}${ENTRY_PATH}
  API            ${origin}/docs
  client id      ${clientId}
  client secret  ${clientSecret}
  sender         ${line}
  operator token npm run admin-token
  log            ${LOG_FILE}
${UNABLE[status] ?? ''}
Send an SMS (the sandbox carrier takes it):

curl -sS ${baseUrl}/v1/messages -H "Authorization: Bearer $(curl -sS -u '${clientId}:${clientSecret}' -d grant_type=client_credentials ${baseUrl}/oauth/token | sed 's/.*"access_token":"\\([^"]*\\)".*/\\1/')" -H 'Content-Type: application/json' -d '{"channel":"sms","to":"+989121234567","content":{"text":"سلام از چاپار"}}'

npm run sandbox -- phone +989121234567 shows that it arrives, and answers with --reply.
npm run demo sends 10,000 more, npm run demo -- --all plays every channel. Ctrl-C stops.
`)
}

await program(async () => {
  const port = portOf()
  const baseUrl = `http://127.0.0.1:${port}`
  refuseIfRunning('another is started')
  ownState()
  if (endLeftover(readRunning()?.running.runtime ?? null)) console.log('Ended the runtime of a start that was killed.')
  await demandFree(port)
  const secrets = ensureSecrets()
  const keks = await localSealKeys(secrets)
  claimState(secrets)
  await copyConsole(CONSOLE_COPY)
  writeRunning({ pid: process.pid, runtime: null, baseUrl })
  // Miniflare itself ends workerd at exit; only the note of the running process is ours to delete.
  process.on('exit', forgetRunning)
  let end = async (): Promise<void> => {}
  // From here on, so that a signal in the middle of the set-up ends the runtime too.
  stopOnSignal(() => end())
  // Loaded here, because the emulator takes a second: what is refused above is told before.
  const { serve } = await import('./build/serve.ts')
  const served = await serve({ port, baseUrl, secrets, keks }, (stop) => {
    end = stop
  })
  try {
    const { demo, status } = await seed(baseUrl)
    await seedPeople(baseUrl, demo.tenantId)
    greet(demo, status)
    served.startCrons()
  } catch (error) {
    await end()
    throw error
  }
})
