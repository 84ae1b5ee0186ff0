import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readFileSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { type Api, accessToken, api } from '../../local/api.ts'
import { stateFolder } from '../worlds/harness.ts'

/** A program of `local/` that runs, and what it has printed. */
export interface Running {
  readonly child: ChildProcess
  said(): string
  /** Waits until it ends by itself; what it printed. A gateway that serves instead is ended, and throws. */
  ended(): Promise<string>
  /** Sends a signal and waits for the end; the exit code. */
  end(signal: NodeJS.Signals): Promise<number | null>
}

/** A gateway of `npm start` with a state folder of its own. */
export interface GatewayProcess {
  readonly home: string
  readonly port: number
  readonly baseUrl: string
  /** Starts the program and gives what it printed until it was ready. */
  start(): Promise<string>
  stop(signal: NodeJS.Signals): Promise<void>
  /** Runs a program to its end. The test goes on meanwhile, because it may serve what the program calls. */
  node(...args: string[]): Promise<{ readonly status: number | null; readonly said: string }>
  /** Runs a program beside the test, with these variables too. */
  spawn(args: readonly string[], variables?: NodeJS.ProcessEnv): Running
  readJson(name: string): Record<string, string>
  /** The demo tenant's API, with the client of this mode. */
  tenant(mode?: 'test' | 'live'): Promise<Api>
  dispose(): Promise<void>
}

/** A port that nobody listens at. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  return address && typeof address === 'object' ? address.port : freePort()
}

function running(child: ChildProcess): Running {
  let said = ''
  const add = (chunk: unknown): void => {
    said += String(chunk)
  }
  child.stdout?.on('data', add)
  child.stderr?.on('data', add)
  return {
    child,
    said: () => said,
    async ended() {
      const serves = (): void => {
        if (said.includes('Ctrl-C')) child.kill('SIGTERM')
      }
      child.stdout?.on('data', serves)
      if (child.exitCode === null && child.signalCode === null) await once(child, 'exit')
      if (said.includes('Ctrl-C')) throw new Error('it has not ended by itself')
      return said
    },
    async end(signal) {
      const ended = child.exitCode === null && child.signalCode === null ? once(child, 'exit') : null
      child.kill(signal)
      await ended
      return child.exitCode
    },
  }
}

export async function gatewayProcess(): Promise<GatewayProcess> {
  const home = stateFolder()
  const port = await freePort()
  const baseUrl = `http://127.0.0.1:${port}`
  const env = (): NodeJS.ProcessEnv => ({ ...process.env, CHAPAR_HOME: home, PORT: String(port) })
  const readJson = (name: string): Record<string, string> => JSON.parse(readFileSync(`${home}/${name}`, 'utf8'))
  let started: ChildProcess | null = null
  const stop = async (signal: NodeJS.Signals): Promise<void> => {
    if (!started) return
    const ended = once(started, 'exit')
    started.kill(signal)
    await ended
    started = null
  }
  return {
    home,
    port,
    baseUrl,
    readJson,
    stop,
    async start() {
      // The widest umask: what only its owner may read must not depend on it.
      const child = spawn('sh', ['-c', 'umask 000 && exec node local/start.ts'], { env: env() })
      started = child
      let said = ''
      for await (const chunk of child.stdout) {
        said += String(chunk)
        if (said.includes('Ctrl-C')) return said
      }
      throw new Error(`npm start ended: ${said}`)
    },
    async node(...args) {
      const { child, said } = running(spawn('node', args, { env: env(), stdio: ['ignore', 'pipe', 'pipe'] }))
      const [status] = (await once(child, 'close')) as [number | null]
      return { status, said: said() }
    },
    spawn: (args, variables = {}) => running(spawn('node', args, { env: { ...env(), ...variables } })),
    async tenant(mode = 'test') {
      const { clientId = '', clientSecret = '', liveClientId = '', liveClientSecret = '' } = readJson('demo.json')
      const [id, secret] = mode === 'test' ? [clientId, clientSecret] : [liveClientId, liveClientSecret]
      return api(baseUrl, await accessToken(baseUrl, id, secret))
    },
    async dispose() {
      await stop('SIGKILL')
      const left = existsSync(`${home}/running.json`) ? readJson('running.json')['runtime'] : null
      if (left) process.kill(Number(left), 'SIGKILL')
      rmSync(home, { recursive: true, force: true })
    },
  }
}
