import { testHistories } from '../support/random-histories.ts'

testHistories((seed) => seed % 2 === 0)
