import type { Context } from 'hono'
import * as z from 'zod'
import { maskSettings, mergeSettings } from '#worker/domain/carriers/connection-settings.ts'
import { invalidField, Problem } from '#worker/domain/problem.ts'
import { driversOf, registryInUse } from '#worker/flows/identity/registry.ts'
import type { AppEnv } from '#worker/middleware/variables.ts'
import type { Operation, Resource } from '#worker/routes/operation/operation.ts'
import { serveChange } from '#worker/routes/operation/recorded.ts'
import { type Input, serve } from '#worker/routes/operation/serve.ts'
import { chooseRegistry } from '#worker/store/identity/registry.ts'

const tag = 'Identity'

const value = z.union([z.string(), z.number(), z.boolean(), z.null()])
const registryAnswer = z.object({
  driver: z.string().nullable().describe('Null: none is set up, and nobody reaches the level L2.'),
  settings: z
    .record(z.string(), value)
    .nullable()
    .describe('Secrets are masked; null: they do not open, give them anew.'),
})

const read = {
  method: 'GET',
  path: '/admin/v1/identity-registry',
  summary: 'Read which registry matches national ids with mobile numbers',
  tag,
  operatorScope: 'identity:read',
  responses: { 200: { description: 'The registry.', schema: registryAnswer } },
} as const satisfies Operation

const choose = {
  method: 'PUT',
  path: '/admin/v1/identity-registry',
  summary: 'Choose the registry that matches national ids with mobile numbers',
  description:
    'Settings that are left out stay as long as the driver does, and null takes one away (docs/identity.md). A registry that says yes to all makes anybody known: two people choose it.',
  tag,
  operatorScope: 'identity:registry',
  stepUp: true,
  body: z.strictObject({
    driver: z.string().max(64).describe('`shahkar`; `sandbox` only where the gateway runs on this machine.'),
    settings: z.record(z.string().max(64), value).default({}),
  }),
  example: { driver: 'shahkar', settings: { url: 'https://registry.example/match', secret: 'a long secret' } },
  responses: { 200: { description: 'The registry.', schema: registryAnswer } },
} as const satisfies Operation

async function state(c: Context<AppEnv>): Promise<z.output<typeof registryAnswer>> {
  const used = await registryInUse(c.get('platform'))
  if (!used) return { driver: null, settings: null }
  const { driver, settings } = used
  return { driver: driver.name, settings: settings && maskSettings(driver.settings, settings) }
}

async function change(c: Context<AppEnv>, { body }: Input<typeof choose>): Promise<Response> {
  const platform = c.get('platform')
  const drivers = driversOf(platform)
  const driver = drivers.find(({ name }) => name === body.driver)
  if (!driver) throw invalidField('/driver', `must be one of: ${drivers.map(({ name }) => name).join(', ')}`)
  const used = await registryInUse(platform)
  const before = used?.driver === driver ? (used.settings ?? {}) : {}
  const { settings, errors } = mergeSettings(driver.settings, body.settings, before)
  if (errors.length > 0) {
    const pointed = errors.map(({ pointer, detail }) => ({ pointer: `/settings${pointer}`, detail }))
    throw new Problem('invalid-fields', { errors: pointed })
  }
  await chooseRegistry(platform.env.CONTROL, platform.keys, { driver: driver.name, settings }, platform.now())
  return c.json(await state(c))
}

/** `/admin/v1/identity-registry`: who is asked whose number is whose. */
export const identityRegistry: Resource = {
  operations: [read, choose],
  mount(app) {
    serve(app, read, async (c) => c.json(await state(c)))
    serveChange(app, choose, { object: () => 'identity-registry', read: state }, change)
  },
}
