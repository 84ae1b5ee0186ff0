import { type ChildProcess, spawn } from 'node:child_process'
import { accessSync, constants, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { type AddressInfo, createServer, type Server } from 'node:net'
import { join, resolve } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { cpuSeconds } from '../process.ts'

/** Where Debian's package `kannel` puts its programs. */
const PROGRAMS = { bearerbox: '/usr/sbin/bearerbox', smsbox: '/usr/sbin/smsbox' } as const
const USER = 'bench'
/** Milliseconds in which a program has to listen. */
const PATIENCE = 10_000

/** Kannel on ports of its own, with one carrier that it calls by HTTP. */
export interface KannelGateway {
  /** Address of its call `sendsms`, with the credentials. */
  readonly sendUrl: URL
  /** CPU seconds of both programs so far. */
  cpuSeconds(): number
  dispose(): Promise<void>
}

/** True if this machine has Kannel. */
export function hasKannel(): boolean {
  try {
    for (const program of Object.values(PROGRAMS)) accessSync(program, constants.X_OK)
    return true
  } catch {
    return false
  }
}

function freePort(): Promise<number> {
  return new Promise((done, fail) => {
    const server: Server = createServer().once('error', fail)
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo
      server.close(() => done(port))
    })
  })
}

interface Ports {
  readonly admin: number
  readonly box: number
  readonly reports: number
  readonly sends: number
}

/** Settings: accepted messages lie in a spool on disk, as ours lie in a queue; reports are matched in memory. */
const settingsOf = (folder: string, ports: Ports, carrier: string): string => `group = core
admin-port = ${ports.admin}
smsbox-port = ${ports.box}
admin-password = ${USER}
status-password = ${USER}
box-allow-ip = "127.0.0.1"
store-type = spool
store-location = "${folder}/spool"
dlr-storage = internal
log-file = "${folder}/bearerbox.log"
log-level = 3

group = smsc
smsc = http
smsc-id = carrier
system-type = kannel
smsc-username = ${USER}
smsc-password = ${USER}
port = ${ports.reports}
connect-allow-ip = "127.0.0.1"
send-url = "${carrier}"
dlr-url = "http://127.0.0.1:${ports.reports}/?username=${USER}&password=${USER}"

group = smsbox
bearerbox-host = 127.0.0.1
sendsms-port = ${ports.sends}
log-file = "${folder}/smsbox.log"
log-level = 3

group = sendsms-user
username = ${USER}
password = ${USER}
concatenation = true
max-messages = 10

group = sms-service
keyword = default
max-messages = 0
text = "none"
`

async function untilListening(port: number): Promise<void> {
  for (const givenUpAt = performance.now() + PATIENCE; performance.now() < givenUpAt; await sleep(100))
    if (
      await fetch(`http://127.0.0.1:${port}/`).then(
        () => true,
        () => false,
      )
    )
      return
  throw new Error(`nothing of Kannel listens on port ${port}`)
}

function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve()
  return new Promise((done) => {
    const late = setTimeout(() => child.kill('SIGKILL'), PATIENCE)
    child.once('exit', () => {
      clearTimeout(late)
      done()
    })
    child.kill('SIGTERM')
  })
}

/** Starts Kannel in front of a carrier. */
export async function startKannel(carrier: string): Promise<KannelGateway> {
  const folder = resolve('.chapar', 'kannel')
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(join(folder, 'spool'), { recursive: true })
  const [admin = 0, box = 0, reports = 0, sends = 0] = await Promise.all([1, 2, 3, 4].map(freePort))
  const settings = join(folder, 'kannel.conf')
  writeFileSync(settings, settingsOf(folder, { admin, box, reports, sends }, carrier))
  const programs: ChildProcess[] = []
  const dispose = async (): Promise<void> => {
    for (const program of programs.toReversed()) await ended(program)
  }
  try {
    for (const [program, port] of [
      [PROGRAMS.bearerbox, admin],
      [PROGRAMS.smsbox, sends],
    ] as const) {
      programs.push(spawn(program, [settings], { stdio: 'ignore' }))
      await untilListening(port)
    }
  } catch (error) {
    await dispose()
    throw error
  }
  return {
    sendUrl: new URL(`http://127.0.0.1:${sends}/cgi-bin/sendsms?username=${USER}&password=${USER}`),
    cpuSeconds: () => programs.reduce((sum, { pid = 0 }) => sum + cpuSeconds(pid), 0),
    dispose,
  }
}
