"""Cases of generated and recorded requests, judged independently of the generators and of the checks."""
