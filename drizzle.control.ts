import { defineConfig } from 'drizzle-kit'

export default defineConfig({
  dialect: 'sqlite',
  schema: ['./worker/store/control/schema.ts', './worker/store/people/schema.ts', './worker/store/identity/schema.ts'],
  out: './migrations/control',
})
