import { defineConfig } from 'drizzle-kit'

export default defineConfig({
  dialect: 'sqlite',
  schema: ['./worker/store/control/schema.ts', './worker/store/people/schema.ts'],
  out: './migrations/control',
})
