import { afterAll, afterEach, expect } from 'vitest'
import { takeFaults } from './watch.ts'

/** Faults that one test shows: of one kind there may be hundreds. */
const SHOWN = 20

/**
 * Fails the test in which a request, an answer or an event was none that the gateway's own /openapi.json allows, or a Worker
 * logged an address or a token.
 */
const check = async (): Promise<void> =>
  expect((await takeFaults()).slice(0, SHOWN), 'what /openapi.json does not allow, or no log may hold').toEqual([])

afterEach(check)
afterAll(check)
