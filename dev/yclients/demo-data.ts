import type { Slot } from './state.ts'

export const CATEGORIES = [
  { id: 400_010, title: 'Массаж', weight: 30 },
  { id: 400_020, title: 'Уход за лицом', weight: 20 },
  { id: 400_030, title: 'Спа-программы', weight: 10 },
]

interface DemoService {
  title: string
  category: number
  /** Rubles. */
  price: number
  minutes: number
  /** Places in MASTERS. */
  staff: number[]
  /** Short enough to be added to another service. */
  extra?: boolean
}

export const SERVICES: DemoService[] = [
  { title: 'Классический массаж тела', category: 400_010, price: 4200, minutes: 60, staff: [0, 1, 2] },
  { title: 'Массаж спины', category: 400_010, price: 2900, minutes: 40, staff: [0, 1, 2] },
  { title: 'Тайский массаж', category: 400_010, price: 5150, minutes: 90, staff: [1, 2] },
  { title: 'Стоун-терапия', category: 400_010, price: 5600, minutes: 90, staff: [0, 2] },
  { title: 'Антицеллюлитный массаж', category: 400_010, price: 3850, minutes: 60, staff: [0, 1] },
  { title: 'Чистка лица ультразвуком', category: 400_020, price: 3490, minutes: 60, staff: [3, 4] },
  { title: 'Увлажняющий уход', category: 400_020, price: 4150, minutes: 60, staff: [3, 4] },
  { title: 'Пилинг', category: 400_020, price: 2790, minutes: 30, staff: [3, 4] },
  { title: 'Альгинатная маска', category: 400_020, price: 1250, minutes: 30, staff: [3, 4], extra: true },
  { title: 'Обёртывание водорослями', category: 400_030, price: 4690, minutes: 75, staff: [2, 4] },
  { title: 'Спа-программа «Тихая вода»', category: 400_030, price: 8900, minutes: 150, staff: [1, 2, 4] },
  { title: 'Парафинотерапия для рук', category: 400_030, price: 990, minutes: 20, staff: [0, 1, 2, 3, 4], extra: true },
]

const day = (from: string, lunch: string, back: string, to: string): Slot[] => [
  { from, to: lunch },
  { from: back, to },
]
const EARLY = day('09:00', '13:00', '14:00', '18:00')
const LATE = day('12:00', '16:00', '17:00', '21:00')
const MIDDLE = day('10:00', '14:00', '15:00', '19:00')

export const MASTERS = [
  {
    name: 'Мария Образцова',
    specialization: 'Массажист',
    position: { id: 588_099, title: 'Массажист' },
    rating: 4.9,
    week: [EARLY, EARLY, EARLY, EARLY, EARLY, [], []],
  },
  {
    name: 'Сергей Примеров',
    specialization: 'Массажист',
    position: { id: 588_099, title: 'Массажист' },
    rating: 5,
    week: [LATE, LATE, [], [], LATE, LATE, LATE],
  },
  {
    name: 'Оксана Тестова',
    specialization: 'Спа-мастер',
    position: { id: 588_100, title: 'Спа-мастер' },
    rating: 4.76921,
    week: [[], [], MIDDLE, MIDDLE, MIDDLE, MIDDLE, MIDDLE],
  },
  {
    name: 'Ирина Демидова',
    specialization: 'Косметолог',
    position: { id: 588_101, title: 'Косметолог' },
    rating: 4.8,
    week: [MIDDLE, MIDDLE, MIDDLE, [], [], MIDDLE, []],
  },
  {
    // Nobody has set this one's position, so the API shows [].
    name: 'Алёна Наглядова',
    specialization: 'Косметолог',
    position: null,
    rating: 0,
    week: [[], LATE, LATE, LATE, [], EARLY, EARLY],
  },
]

type Names = [string, ...string[]]

export const WOMEN: Names = [
  'Анна',
  'Мария',
  'Елена',
  'Ольга',
  'Наталья',
  'Екатерина',
  'Татьяна',
  'Ирина',
  'Светлана',
  'Юлия',
  'Дарья',
  'Полина',
  'Ксения',
  'Вера',
  'Алиса',
  'Людмила',
  'Софья',
  'Галина',
  'Марина',
  'Виктория',
  'Евгения',
  'Валентина',
  'Надежда',
  'Лариса',
  'Кристина',
  'Алёна',
  'Диана',
  'Инна',
]

export const MEN: Names = [
  'Дмитрий',
  'Сергей',
  'Алексей',
  'Андрей',
  'Михаил',
  'Иван',
  'Павел',
  'Роман',
  'Олег',
  'Пётр',
  'Юрий',
  'Фёдор',
]

/** As women bear them; men's lack the last letter. */
export const SURNAMES: Names = [
  'Иванова',
  'Смирнова',
  'Кузнецова',
  'Попова',
  'Соколова',
  'Лебедева',
  'Козлова',
  'Новикова',
  'Морозова',
  'Петрова',
  'Волкова',
  'Соловьёва',
  'Васильева',
  'Зайцева',
  'Павлова',
  'Семёнова',
  'Голубева',
  'Виноградова',
  'Богданова',
  'Воробьёва',
]

export const COMMENTS: Names = [
  '',
  '',
  '',
  '',
  '',
  'Просит тишину',
  'Первый визит',
  'Аллергия на цитрус',
  'Опоздает на 5 минут',
]
