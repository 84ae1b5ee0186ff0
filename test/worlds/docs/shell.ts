import { spawn, spawnSync } from 'node:child_process'
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { delimiter, join, resolve } from 'node:path'
import type { Harness } from '../harness.ts'

/** A call that an example made, as the gateway saw and answered it. */
export interface Made {
  readonly method: string
  readonly path: string
  readonly status: number
  readonly text: string
}

/** A shell before a gateway. What its examples call goes through this process, and so past the contract. */
export interface Shell {
  /** What `$BASE` is. */
  readonly base: string
  /** Where its commands run: the files that an example names lie here. */
  readonly folder: string
  /** Runs a text as it stands, with these variables and those that earlier texts set; answers what it called and printed. */
  run(text: string, variables: Readonly<Record<string, string>>): Promise<{ made: readonly Made[]; output: string }>
  close(): Promise<void>
}

/** True if the machine has a curl of its own. */
export const hasCurl = (): boolean => spawnSync('curl', ['--version']).status === 0

/** Folder with a `curl` that needs node only. */
function standIn(): string {
  const folder = resolve('dist/test/curl')
  mkdirSync(folder, { recursive: true })
  const file = join(folder, 'curl')
  writeFileSync(file, `#!/bin/sh\nexec '${process.execPath}' '${resolve('test/worlds/docs/curl.mjs')}' "$@"\n`)
  chmodSync(file, 0o755)
  return folder
}

const quoted = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`

const HOP = new Set(['host', 'connection', 'content-length', 'transfer-encoding', 'expect', 'accept-encoding'])

export async function startShell(chapar: Harness, curl: 'own' | 'stand-in'): Promise<Shell> {
  let made: Made[] = []
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk as Buffer)
    const body = Buffer.concat(chunks)
    const { method = 'GET', url = '/' } = request
    const headers = Object.entries(request.headers).flatMap(([name, value]): [string, string][] =>
      HOP.has(name) || value === undefined ? [] : [[name, String(value)]],
    )
    const init = { method, headers, ...(body.length > 0 ? { body: new Uint8Array(body) } : {}) }
    const answer = await chapar.fetch(url, init)
    const text = await answer.text()
    made.push({ method, path: url, status: answer.status, text })
    response.writeHead(answer.status, Object.fromEntries([...answer.headers].filter(([name]) => !HOP.has(name))))
    response.end(text)
  })
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const path = curl === 'own' ? process.env['PATH'] : [standIn(), process.env['PATH']].join(delimiter)
  mkdirSync('dist/test', { recursive: true })
  const folder = mkdtempSync(resolve('dist/test/shell-'))

  return {
    base,
    folder,
    run: (text, variables) =>
      new Promise((done, fail) => {
        made = []
        // An error of any command ends the example; a name that nobody set is one. What is set is kept for the next text.
        const child = spawn('sh', ['-aeu'], { cwd: folder, env: { PATH: path, BASE: base } })
        let output = ''
        let errors = ''
        child.stdout.on('data', (chunk: Buffer) => {
          output += chunk.toString('utf8')
        })
        child.stderr.on('data', (chunk: Buffer) => {
          errors += chunk.toString('utf8')
        })
        child.on('error', fail)
        child.on('close', (code) =>
          code === 0 ? done({ made, output }) : fail(new Error(`the shell ended with ${code}: ${errors}\n${text}`)),
        )
        const given = Object.entries(variables).map(([name, value]) => `${name}=${quoted(value)}\n`)
        child.stdin.end(`[ ! -e set.sh ] || . ./set.sh\n${given.join('')}${text}\nexport -p > set.sh\n`)
      }),
    close: async () => {
      await new Promise<void>((done) => server.close(() => done()))
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
