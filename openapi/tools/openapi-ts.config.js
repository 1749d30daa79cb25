// The TypeScript client: fetch, and options for TanStack Query's hooks
export default {
  input: './.cache/sdk/build/openapi.json',
  logs: { level: 'warn', file: false },
  output: { path: process.env.SDK_TYPESCRIPT, module: { extension: '.js' } },
  plugins: [
    { name: '@hey-api/client-fetch', includeInEntry: true },
    '@hey-api/typescript',
    '@hey-api/sdk',
    '@tanstack/react-query',
  ],
};
