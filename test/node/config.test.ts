import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { ConfigError, parseConfig } from '../../src/platform/config.ts'

const MINIMAL = { JWT_SECRET: 'x'.repeat(32) }
const YCLIENTS = { YCLIENTS_COMPANY_ID: '235564', YCLIENTS_API_TOKEN: 'a', YCLIENTS_USER_TOKEN: 'u' }

function refusal(env: object): ConfigError {
  try {
    parseConfig(env)
  } catch (error) {
    if (error instanceof ConfigError) return error
    throw error
  }
  throw new Error('the settings were taken')
}

describe('the settings', () => {
  test.each(['True', 'true', '1', 'YES', 'on'])('%s means on', (word) => {
    expect(parseConfig({ ...MINIMAL, ...YCLIENTS, YCLIENTS_ENABLED: word }).yclients.enabled).toBe(true)
  })

  test.each(['False', '0', 'no', 'OFF', ''])('«%s» means off', (word) => {
    expect(parseConfig({ ...MINIMAL, YCLIENTS_ENABLED: word }).yclients.enabled).toBe(false)
  })

  test('a wrong or missing one is named, and what it contains is not', () => {
    const error = refusal({ JWT_SECRET: 'short-secret', YCLIENTS_ENABLED: 'maybe-so', BRANCH_TIMEZONE: 'Mars/Olympus' })
    expect([...error.variables].sort()).toEqual(['BRANCH_TIMEZONE', 'JWT_SECRET', 'YCLIENTS_ENABLED'])
    for (const value of ['short-secret', 'maybe-so', 'Olympus']) expect(error.message).not.toContain(value)
  })

  test('what receipts say has a day from which it is so, the earliest first', () => {
    const rules = (text: string) => parseConfig({ ...MINIMAL, RECEIPT_RULES: text }).payments.receiptRules
    expect(rules('2027-01-01 vat=7; 2026-01-01 vat=11 tax=2;')).toEqual([
      { fromDay: '2026-01-01', vatCode: 11, taxSystemCode: 2 },
      { fromDay: '2027-01-01', vatCode: 7, taxSystemCode: undefined },
    ])
    expect(rules('')).toEqual([])
    for (const wrong of ['vat=1', '2026-02-30 vat=1', '2026-01-01 vat=13', '2026-01-01 vat=1 tax=7']) {
      expect(refusal({ ...MINIMAL, RECEIPT_RULES: wrong }).variables).toEqual(['RECEIPT_RULES'])
    }
  })

  test('YClients needs its number and tokens only when it is on', () => {
    expect(refusal({ ...MINIMAL, YCLIENTS_ENABLED: 'true' }).variables).toEqual(Object.keys(YCLIENTS))
    expect(parseConfig(MINIMAL).yclients.enabled).toBe(false)
  })

  test('a payment provider needs its keys only when it is chosen', () => {
    const yookassa = refusal({ ...MINIMAL, PAYMENT_PROVIDER: 'yookassa', PAYMENT_CURRENCY: 'EUR' })
    expect(yookassa.variables).toEqual(['YOOKASSA_SHOP_ID', 'YOOKASSA_SECRET_KEY', 'PAYMENT_CURRENCY'])
    const stripe = refusal({ ...MINIMAL, PAYMENT_PROVIDER: 'stripe', PAYMENT_CURRENCY: 'EUR' })
    expect(stripe.variables).toEqual(['STRIPE_SECRET_KEY', 'STRIPE_WEBHOOK_SECRET'])
    expect(parseConfig(MINIMAL).payments).toMatchObject({ provider: 'off', capture: 'later', testMode: false })
    expect(parseConfig(MINIMAL).payments.yookassa.senders).toHaveLength(7)
  })

  test.each(['JPY', 'KWD', 'rub', 'RUBLE'])('prices in hundredths are not possible in %s', (code) => {
    expect(refusal({ ...MINIMAL, PAYMENT_CURRENCY: code }).variables).toEqual(['PAYMENT_CURRENCY'])
  })

  test('senders of notifications are blocks of addresses', () => {
    const taken = parseConfig({ ...MINIMAL, YOOKASSA_SENDERS: '127.0.0.1, 10.0.0.0/8' })
    expect(taken.payments.yookassa.senders).toHaveLength(2)
    expect(refusal({ ...MINIMAL, YOOKASSA_SENDERS: '127.0.0.1, yookassa.ru' }).variables).toEqual(['YOOKASSA_SENDERS'])
  })

  test('every variable of the example is understood', () => {
    const lines = readFileSync('.dev.vars.example', 'utf8').split('\n')
    const example = Object.fromEntries(
      lines.filter((line) => /^\w+=/.test(line)).map((line) => line.split(/=(.*)/).slice(0, 2)),
    )
    const config = parseConfig(example)
    expect(config).toMatchObject({
      environment: 'development',
      loyaltyEnabled: true,
      yclients: { enabled: true, companyId: 235564 },
    })
    const source = readFileSync('src/platform/config.ts', 'utf8')
    const known = [...source.matchAll(/^ {4}([A-Z_]+):/gm)].map((match) => match[1])
    expect(Object.keys(example).sort()).toEqual(known.sort())
  })
})

describe('the project', () => {
  test('records no registry address in its lock file', () => {
    expect(readFileSync('package-lock.json', 'utf8')).not.toContain('"resolved": "http')
  })

  test('pins every package exactly', () => {
    const { dependencies, devDependencies, optionalDependencies } = JSON.parse(readFileSync('package.json', 'utf8'))
    for (const version of Object.values({ ...dependencies, ...devDependencies, ...optionalDependencies })) {
      expect(version).toMatch(/^\d+\.\d+\.\d+(-[\w.]+)?$/)
    }
  })

  test('has no migration that rebuilds a table, which would wipe its children on D1', () => {
    const journal = JSON.parse(readFileSync('migrations/meta/_journal.json', 'utf8'))
    for (const { tag } of journal.entries) {
      const migration = readFileSync(`migrations/${tag}.sql`, 'utf8')
      expect(migration).not.toMatch(/__new_|foreign_keys=OFF|ON DELETE (CASCADE|SET NULL)/i)
      for (const table of migration.matchAll(/CREATE TABLE[\s\S]*?\n\)(.*)/g)) expect(table[1]).toBe(' STRICT;')
    }
  })
})
