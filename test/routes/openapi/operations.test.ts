import { expect, test } from 'vitest'
import * as z from 'zod'
import { channels } from '#worker/channels/index.ts'
import { gateway } from '#worker/gateway.ts'
import { openApiDocument } from '#worker/routes/openapi/document.ts'
import { operations, resources } from '#worker/routes/resources.ts'
import { nameOf } from '../../worlds/surface.ts'

const noPlatform = () => Promise.reject(new Error('nothing is called here'))
const mounted = gateway(noPlatform, resources, operations)
  .routes.filter(({ method }) => method !== 'ALL')
  .map(({ method, path }) => `${method} ${path}`)

test('what is mounted is what the list of operations says, nothing more and nothing less', () => {
  expect([...new Set(mounted)].sort()).toEqual(operations.map(nameOf).sort())
})

test('the document lists exactly the mounted routes', () => {
  const { paths } = openApiDocument(operations, 'https://chapar.test', channels)
  const documented = Object.entries(paths).flatMap(([path, item]) =>
    Object.keys(item).map((method) => `${method.toUpperCase()} ${path.replace(/\{(\w+)\}/g, ':$1')}`),
  )
  expect(documented.sort()).toEqual([...new Set(mounted)].sort())
})

test('no two operations share a path and a method', () => {
  const names = operations.map(nameOf)
  expect(new Set(names).size).toBe(names.length)
})

test('a list answers { data, nextCursor }, in both APIs, and may say how far it looked', () => {
  const answers = operations.flatMap((operation) => {
    const { method, path, responses } = operation
    const schema = responses[200]?.schema
    if (method !== 'GET' || !/^\/(?:v1|admin)\//.test(path) || !(schema instanceof z.ZodObject)) return []
    return [[nameOf(operation), Object.entries(schema.shape)] as const]
  })
  const lists = answers.filter(
    ([, members]) =>
      members.some(([name]) => name === 'nextCursor') ||
      (members.length === 1 && members[0]?.[1] instanceof z.ZodArray),
  )
  for (const [name, members] of lists)
    expect(
      // `complete`: a list of events that is bounded says whether it has all.
      members.map(([member]) => member).filter((member) => !['lookedUntil', 'complete'].includes(member)),
      name,
    ).toEqual(['data', 'nextCursor'])
  expect(lists.map(([name]) => name)).toEqual(expect.arrayContaining(['GET /v1/channels', 'GET /admin/v1/routes']))
  expect(lists.length).toBeGreaterThanOrEqual(14)
})
