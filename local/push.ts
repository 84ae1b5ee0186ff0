import { type Api, accessToken, api } from './api.ts'
import { startPushPage, type TenantCall } from './push/page.ts'
import { type Demo, demandDemo, program } from './state.ts'

const NAME = 'Web push of the demo page'

interface Named {
  readonly id: string
  readonly name: string
}

/** Puts a web-push connection before the sandbox in the demo tenant's live route; makes it only once. */
async function openWebPush(operator: Api, { tenantId, channels }: Demo): Promise<void> {
  const { data } = (await operator.get('/admin/v1/connections?limit=200')) as { data: readonly Named[] }
  const known = data.find(({ name }) => name === NAME)
  const settings = { contact: 'mailto:demo@chapar.example' }
  const made = { channel: 'push', provider: 'web-push', name: NAME, settings }
  const { id } = known ?? ((await operator.post('/admin/v1/connections', made)) as Named)
  const connections = [id, ...(channels?.push ? [channels.push.connectionId] : [])]
  await operator.put('/admin/v1/routes', { tenantId, channel: 'push', mode: 'live', connections })
}

/** Calls the API with a fresh token each time: tokens live for minutes, and a person calls seldom. */
const callAs =
  ({ baseUrl, liveClientId, liveClientSecret }: Demo): TenantCall =>
  async (method, path, body) => {
    const token = await accessToken(baseUrl, liveClientId, liveClientSecret)
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' }
    return fetch(baseUrl + path, { method, headers, ...(body === undefined ? {} : { body: JSON.stringify(body) }) })
  }

await program(async () => {
  const demo = demandDemo()
  await openWebPush(api(demo.baseUrl, demo.adminToken), demo)
  const page = await startPushPage(Number(new URL(demo.baseUrl).port) + 2, callAs(demo))
  console.log(`Open ${page.url} in a browser. Ctrl-C stops.`)
})
