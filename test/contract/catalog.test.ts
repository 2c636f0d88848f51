import { expect, test } from 'vitest'
import * as z from 'zod'
import { readCategories, readSchedule, readServices, readStaff } from '../../src/yclients/translate-catalog.ts'
import schedule from '../fixtures/yclients/schedule-v2-get-response.json'
import categories from '../fixtures/yclients/service-categories-response.json'
import modernServices from '../fixtures/yclients/services-list-modern-constructed.json'
import oldServices from '../fixtures/yclients/services-list-response-strings.json'
import staff from '../fixtures/yclients/staff-list-response.json'

test('services of today are read, with who does them', () => {
  expect(readServices(modernServices.data)).toEqual({
    items: [
      {
        yclientsId: 500101,
        name: 'Массаж спины 60 мин',
        priceKopecks: 350_000,
        durationMinutes: 60,
        description: '',
        active: true,
        yclientsCategoryId: 400010,
        masters: [{ yclientsStaffId: 700001, priceKopecks: null, durationMinutes: null }],
      },
      expect.objectContaining({
        yclientsId: 500102,
        name: 'Служебная услуга',
        priceKopecks: 0,
        active: false,
        masters: [],
      }),
    ],
    unreadable: 0,
    ids: new Set([500101, 500102]),
  })
})

test('old services, all in text and without a duration, take it from their masters', () => {
  const { items, unreadable } = readServices(oldServices.data)
  expect(unreadable).toBe(0)
  expect(items).toMatchObject([
    { yclientsId: 79067, name: 'Бритье головы', priceKopecks: 100_000, durationMinutes: 60, yclientsCategoryId: 4 },
    { yclientsId: 83169, name: 'Мужская стрижка', priceKopecks: 130_000, durationMinutes: 45 },
  ])
  expect(items[1]?.masters.slice(0, 2)).toEqual([
    { yclientsStaffId: 5905, priceKopecks: null, durationMinutes: null },
    { yclientsStaffId: 5907, priceKopecks: null, durationMinutes: 60 },
  ])
})

test('masters, categories and working hours are read', () => {
  expect(readStaff(staff.data).items).toEqual([
    { yclientsId: 1001539, name: 'Сотрудник 1', specialization: 'специалист', active: true },
  ])
  expect(readCategories([categories]).items).toEqual([{ yclientsId: 3456, name: 'Стрижки женские', position: -9 }])
  const { hours, unreadable } = readSchedule(schedule.data, ['2024-01-31', '2024-02-01'])
  expect(unreadable).toBe(0)
  expect([...(hours.get(123) ?? [])]).toEqual([
    [
      '2024-01-31',
      [
        { fromMinute: 600, toMinute: 720 },
        { fromMinute: 780, toMinute: 1140 },
      ],
    ],
    ['2024-02-01', []],
  ])
})

const HOSTILE: readonly unknown[] = [null, 7, 'услуга', [], {}, { id: 'x' }, { id: -1 }, { id: 1e300 }, { id: [1] }]

test.each(HOSTILE)('%j among the items hides none of the others, and nothing counts as missing for it', (item) => {
  for (const read of [readServices, readStaff, readCategories]) {
    const { items, unreadable, ids } = read([item, { id: 5, title: 'Пятая', name: 'Пятая' }])
    expect(items).toMatchObject([{ yclientsId: 5, name: 'Пятая' }])
    expect([unreadable, ids]).toEqual([1, undefined])
  }
  const day = { staff_id: 5, date: '2026-09-16', slots: [] }
  const { hours, ids, unreadable } = readSchedule([item, day], ['2026-09-16'])
  expect([[...hours.keys()], ids, unreadable]).toEqual([[5], undefined, 1])
})

test('names, prices and lengths that make no sense are cut to what the database takes', () => {
  const length = z.int().min(1).max(1440)
  for (const duration of [0, -5, 1, 59, 10 ** 9, '3600', null, 'час']) {
    const { items } = readServices([{ id: 1, title: 'а'.repeat(500), price_min: '10.005', duration }])
    for (const { name, durationMinutes, priceKopecks } of items) {
      expect([name.length, length.safeParse(durationMinutes).success, priceKopecks]).toEqual([120, true, 1001])
    }
  }
  expect(readServices([{ id: 1, title: 'Дар', price_min: -1 }]).unreadable).toBe(1)
})
