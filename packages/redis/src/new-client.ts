// A static import, of a package that is CommonJS: `import()` of such a package gives the bundle of an image only its default export.
// This module is loaded on demand in its place.
export { Redis } from 'ioredis';
