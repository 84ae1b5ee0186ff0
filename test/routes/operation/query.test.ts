import { describe, expect, test } from 'vitest'
import { Problem } from '#worker/domain/problem.ts'
import type { Operation } from '#worker/routes/operation/operation.ts'
import { queryReader } from '#worker/routes/operation/query.ts'
import { operations } from '#worker/routes/resources.ts'

/** The parameters that are named as wrong when a call is asked with this query. */
function namedBy(operation: Operation, query: string): (string | undefined)[] {
  try {
    queryReader(operation)(`https://chapar.test${operation.path}?${query}`)
    return []
  } catch (error) {
    if (error instanceof Problem && error.code === 'invalid-request')
      return (error.options.errors ?? []).map(({ pointer }) => pointer)
    throw error
  }
}

const withParameter = (name: string) =>
  operations.flatMap((operation) =>
    operation.query && name in operation.query.shape ? [[operation.path, operation] as const] : [],
  )

/** The list that looks at its cursor after the query was read: it is sealed. */
const LATE = ['/v1/suppressions']

describe('what no page goes on from is no empty page', () => {
  test.each(withParameter('cursor').filter(([path]) => !LATE.includes(path)))('%s', (_, operation) => {
    for (const cursor of ['x', '', 'zzz_1', '%00', '~'])
      expect(namedBy(operation, `cursor=${cursor}`)).toEqual(['query:cursor'])
  })
})

describe('a number is written in digits', () => {
  const numbers = [...withParameter('limit'), ...withParameter('status').filter(([path]) => path === '/v1/requests')]
  test.each(numbers)('%s', (path, operation) => {
    const name = path === '/v1/requests' && numbers.at(-1)?.[1] === operation ? 'status' : 'limit'
    for (const number of ['1e2', '0x64', '%20100', '100.0', '+100', '', '-100'])
      expect(namedBy(operation, `${name}=${number.replace('+', '%2B')}`)).toEqual([`query:${name}`])
    expect(namedBy(operation, `${name}=100`)).toEqual([])
  })
})

describe('a time that ends before it begins is no empty page', () => {
  const windows = [
    ...withParameter('after').map((one) => [...one, 'after', 'before'] as const),
    ...withParameter('from').flatMap((one) =>
      one[1].query?.shape['to'] && one[0].endsWith('/requests') ? [[...one, 'from', 'to'] as const] : [],
    ),
  ]
  test('there are such lists', () => expect(windows.length).toBeGreaterThanOrEqual(4))
  test.each(windows)('%s', (_, operation, from, to) => {
    const asked = (begin: string, end: string) => namedBy(operation, `${from}=${begin}&${to}=${end}`)
    expect(asked('2026-11-28T10:00:00Z', '2026-11-28T09:59:59.999Z')).toEqual([`query:${from}`, `query:${to}`])
    expect(asked('2026-11-28T10:00:00%2B03:30', '2026-11-28T06:30:00Z')).toEqual([])
  })
})
