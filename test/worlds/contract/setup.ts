import { afterAll, afterEach, expect } from 'vitest'
import { takeFaults } from './watch.ts'

/** Fails the test in which a request, an answer or an event was none that the gateway's own /openapi.json allows. */
const check = (): void => expect(takeFaults(), 'traffic that /openapi.json does not allow').toEqual([])

afterEach(check)
afterAll(check)
