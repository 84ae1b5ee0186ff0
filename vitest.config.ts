import { defineConfig } from 'vitest/config'

/** Everything runs in node; what needs workerd starts the real thing through test/harness.ts. */
export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: ['test/build.ts'],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    maxWorkers: 2,
  },
})
