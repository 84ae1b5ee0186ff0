import { defineConfig } from 'vitest/config'
import { LongestFirst } from './test/longest-first.ts'
import { PATIENCE } from './test/patience.ts'

/** Everything runs in node; what needs workerd starts the real thing through test/worlds/harness.ts. */
export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    sequence: { sequencer: LongestFirst },
    globalSetup: ['test/worlds/build.ts'],
    // Every call and event of the tests is checked against the gateway's own /openapi.json.
    setupFiles: ['test/worlds/contract/setup.ts'],
    // More than one wait may last, so that what hangs is told by what was awaited.
    testTimeout: 1.5 * PATIENCE,
    hookTimeout: 1.5 * PATIENCE,
    expect: { poll: { timeout: PATIENCE, interval: 50 } },
    // Twice the cores of a small machine: half of a run waits for queues, carriers' deadlines and clocks.
    maxWorkers: 4,
    // One process runs many files and loads the emulator once. Each file starts a world, or takes a tenant, of its own.
    isolate: false,
    // The emulator reads it when it is loaded: Workers of the tests trust the certificate of the tests' servers.
    env: { NODE_EXTRA_CA_CERTS: 'test/fixtures/tls/localhost-cert.pem' },
  },
})
