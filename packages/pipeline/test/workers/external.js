// Answers the bytes that V8 knows of outside its heap in this thread, such as pixels that sharp has decoded.

export default function external() {
  return process.memoryUsage().external;
}
