import { defineConfig } from 'drizzle-kit'

export default defineConfig({
  dialect: 'sqlite',
  schema: ['./worker/store/ledger-schema.ts', './worker/store/quotas/schema.ts'],
  out: './migrations/ledger',
})
