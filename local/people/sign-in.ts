import { parseArgs } from 'node:util'
import { demandDemo, program, Refusal } from '../state.ts'
import { signInLink } from './command.ts'

const USAGE = `npm run sign-in -- owner | operator

Prints a link that signs your browser in at the gateway of \`npm start\`: as the owner of the demo tenant, or as an operator. It is
good once, for five minutes. What is deployed knows no such links.`

await program(async () => {
  const { values, positionals } = parseArgs({
    options: { help: { type: 'boolean', default: false } },
    allowPositionals: true,
  })
  if (values.help) return console.log(USAGE)
  const [as, ...others] = positionals
  if ((as !== 'owner' && as !== 'operator') || others.length > 0) throw new Refusal(USAGE)
  console.log(await signInLink(demandDemo().baseUrl, as))
})
