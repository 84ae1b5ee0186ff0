import { beforeEach, describe, expect, test } from 'vitest'
import type { TenantId } from '#worker/domain/ids.ts'
import type { Policy } from '#worker/domain/tenants/tenant.ts'
import type { Platform } from '#worker/flows/core/platform.ts'
import { underNewestPolicies } from '#worker/flows/core/policies.ts'

let tenants = 0
let tenant: TenantId
/** Answer of the tenant's object to the next call. */
let answer: () => Promise<Policy | null>
const versioned = (version: number) => ({ version }) as Policy
const platform = {
  now: () => 1_000,
  log: () => undefined,
  env: { TENANT: { getByName: () => ({ policy: () => answer() }) } },
} as unknown as Platform

/** Begins work that notes the versions that it was begun under and undone for. */
function begin() {
  const noted: string[] = []
  const done = underNewestPolicies(
    platform,
    [tenant],
    async (policies) => {
      const version = policies.get(tenant)?.version
      noted.push(`work ${version}`)
      return version
    },
    async (version) => {
      noted.push(`undo ${version}`)
    },
  )
  return { noted, done }
}

beforeEach(() => {
  tenant = `ten_${++tenants}` as TenantId
  answer = async () => versioned(1)
})

describe('what a queue batch begins with', () => {
  test('waits for the policy where the isolate holds none', async () => {
    const { noted, done } = begin()
    expect(noted).toEqual([])
    expect(await done).toBe(1)
    expect(noted).toEqual(['work 1'])
  })

  test('is under way while the policy is asked for, and stands if that is the same', async () => {
    await begin().done
    const asked = Promise.withResolvers<Policy>()
    answer = () => asked.promise
    const { noted, done } = begin()
    expect(noted).toEqual(['work 1'])
    asked.resolve(versioned(1))
    expect(await done).toBe(1)
    expect(noted).toEqual(['work 1'])
  })

  test('is undone and done anew if the policy has changed', async () => {
    await begin().done
    answer = async () => versioned(2)
    const { noted, done } = begin()
    expect(await done).toBe(2)
    expect(noted).toEqual(['work 1', 'undo 1', 'work 2'])
  })

  test('is undone if nobody can say', async () => {
    await begin().done
    answer = async () => {
      throw new Error('the object is away')
    }
    const { noted, done } = begin()
    await expect(done).rejects.toThrow()
    expect(noted).toEqual(['work 1', 'undo 1'])
  })
})
