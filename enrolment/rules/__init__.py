"""The law as dated data and pure functions: products, receipts, deadlines, fees, ages, remarks, and why."""
