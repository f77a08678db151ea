// Answers simulations of IAM, one a line of JSON, with what @cloud-copilot/iam-simulate says.
import { createInterface } from 'node:readline'
import { createRequire } from 'node:module'
import { pathToFileURL } from 'node:url'

const library = createRequire(process.argv[2] + '/').resolve('@cloud-copilot/iam-simulate')
const { runSimulation } = await import(pathToFileURL(library))
for await (const line of createInterface({ input: process.stdin })) {
  const answer = await runSimulation(JSON.parse(line), {})
  const fault = answer.resultType === 'error' ? JSON.stringify(answer.errors) : null
  console.log(JSON.stringify({ fault, result: answer.overallResult ?? null }))
}
