import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { globSync, readFileSync, writeFileSync } from 'node:fs'
import { type AddressInfo, createServer } from 'node:net'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { completeDemo, createDemo } from '../../local/demo/seed.ts'
import { hasCurl, type Shell, startShell } from '../worlds/docs/shell.ts'
import { type Harness, startChapar } from '../worlds/harness.ts'
import { signedInPerson } from '../worlds/players/person-world.ts'
import { until } from '../worlds/world.ts'

// A translation has the blocks of the page that it is translated from (test/local/console/translations.test.ts).
const PAGES = ['README.md', ...globSync('docs/**/*.md', { exclude: ['docs/fa'] }), ...globSync('examples/**/*.md')]
const BLOCK = /```(?:sh|bash)\n([\s\S]*?)```/g
const blocksOf = (page: string): readonly string[] =>
  [...readFileSync(page, 'utf8').matchAll(BLOCK)].map(([, text = '']) => text)

/** An account's key that the reader has. */
const KAVENEGAR_KEY = 'A1b2C3d4E5f6A1b2C3d4E5f6'

/** Lines that say what only the reader knows: where the gateway is and who is asking. */
const GIVEN = /^(?:export )?(?:BASE|CLIENT_ID|CLIENT_SECRET|OPERATOR|OPERATOR_KEY)=.*\n/gm
const callsUs = (block: string): boolean => /\$BASE\b|^call /m.test(block) && !/\$(MINE|THEIRS)\b/.test(block)

/** Pages whose curls call somebody else. */
const OF_OTHERS: Readonly<Record<string, string>> = {
  'docs/chat.md': 'api.telegram.org and tapi.bale.ai: setting a bot’s webhook',
  'docs/deploy.md': 'a deployment at sms.example.org: is it up?',
  'docs/four-eyes.md': 'tokens of two people: test/routes/people/approvals makes the same three calls',
}

test('every block with a curl is one that runs here, or calls somebody else', () => {
  const others = PAGES.filter((page) => blocksOf(page).some((block) => /\bcurl\b/.test(block) && !callsUs(block)))
  expect(others.sort()).toEqual(Object.keys(OF_OTHERS).sort())
})

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  return port
}

/** Runs the receiver of the documentation, on any port, until it listens. */
async function startReceiver(): Promise<{ readonly child: ChildProcess; readonly port: number }> {
  const port = await freePort()
  const child = spawn('node', ['examples/receiver.mjs', String(port)])
  await once(child.stdout, 'data')
  return { child, port }
}

describe.each(['own', 'stand-in'] as const)('with a curl of its %s', (kind) => {
  describe.skipIf(kind === 'own' && !hasCurl())('examples of the pages run as they stand', () => {
    let chapar: Harness
    let shell: Shell
    let receiver: Awaited<ReturnType<typeof startReceiver>>
    let given: Readonly<Record<string, string>>

    beforeAll(async () => {
      receiver = await startReceiver()
      chapar = await startChapar({
        // As `npm start` has it.
        vars: { BASE_URL: 'http://127.0.0.1:8787', LOCAL_RECEIVERS: 'loopback' },
        // The receiver's port in the page is 9000; here it is one that is free.
        outbound: (request) => {
          const url = new URL(request.url)
          expect(url.hostname).toBe('localhost')
          url.port = String(receiver.port)
          return fetch(new Request(url, request))
        },
      })
      const operator = chapar.api(await chapar.operatorToken())
      const demo = await createDemo(operator)
      const { clientId, clientSecret } = await completeDemo(operator, demo)
      const { cookie, origin } = await signedInPerson(chapar, { roles: { [demo.tenantId]: 'owner' } })
      shell = await startShell(chapar, kind)
      given = {
        CLIENT_ID: clientId,
        CLIENT_SECRET: clientSecret,
        OPERATOR: await chapar.operatorToken(),
        KAVENEGAR_KEY,
        ACCOUNT: demo.tenantId,
        COOKIE: cookie,
        ORIGIN: origin,
      }
      writeFileSync(join(shell.folder, 'greeting.mp3'), 'ID3 of a test')
    })
    afterAll(async () => {
      receiver.child.kill()
      await shell.close()
      await chapar.dispose()
    })

    const pages = PAGES.filter((page) => blocksOf(page).some(callsUs))
    test('of the pages that have some', () => {
      expect(pages).toEqual(
        expect.arrayContaining(['README.md', 'docs/deploy.md', 'docs/media.md', 'docs/webhooks.md']),
      )
    })

    // The README comes first: the other pages go on with its token.
    test.each(
      pages.flatMap((page) =>
        blocksOf(page)
          .filter(callsUs)
          .map((block, n) => [page, n + 1, block] as const),
      ),
    )('%s, block %i', async (_, __, block) => {
      if (block.includes('clientRef=')) await listed(block)
      const { made } = await shell.run(block.replace(GIVEN, ''), given)
      expect(made.length).toBeGreaterThan(0)
      expect(made.filter(({ status }) => status >= 400)).toEqual([])
    })

    /** Waits until the message or batch that an example reads is there: a reader has taken some seconds, too. */
    async function listed(block: string): Promise<void> {
      const [path = ''] = /\/v1\/(?:messages|batches)\?clientRef=[\w-]+/.exec(block) ?? []
      await until('what the block before sent', async () => {
        const { output } = await shell.run(`curl -sS "$BASE${path}" -H "Authorization: Bearer $TOKEN"`, given)
        return /"id":"(?:msg|bat)_/.test(output)
      })
    }

    test('an endpoint made by the page is active: the receiver answered its challenge', async () => {
      const { output } = await shell.run('curl -sS "$BASE/v1/webhooks" -H "Authorization: Bearer $TOKEN"', given)
      expect(JSON.parse(output)).toMatchObject({ data: [{ status: 'active', url: 'http://localhost:9000/events' }] })
    })
  })
})
